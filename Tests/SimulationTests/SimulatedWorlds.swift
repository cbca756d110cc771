import Testing

/// One suite after the other: each takes all cores, and one of them looks at the memory of the process.
@Suite("Simulated worlds", .serialized) struct SimulatedWorlds {}
