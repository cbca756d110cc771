import Testing

extension SimulatedWorlds {
    @Suite("The simulation") struct PlantedBugTests {
        @Test("finds a planted bug within a few hundred worlds", arguments: PlantedBug.all)
        func finds(_ bug: PlantedBug) async {
            let report = await SimulationRun.play(Array(1...bug.seeds), sabotage: bug.sabotage, failuresMax: 20)
            let found = report.failures.flatMap(\.violations).filter { $0.rule.hasPrefix(bug.rule) }
            print("\(bug.name): \(found.first.map { "\($0)" } ?? "not found"), \(report.seeds) seeds")
            #expect(!found.isEmpty, "others: \(Set(report.failures.flatMap(\.violations).map(\.rule)))")
        }
    }
}
