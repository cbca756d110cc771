import Testing

extension SimulatedWorlds {
    @Suite("The simulation") struct PlantedBugTests {
        @Test("finds a planted bug within a few hundred worlds", arguments: PlantedBug.all)
        func finds(_ bug: PlantedBug) async {
            let report = await SimulationRun.play(
                Array(1...bug.seeds), sabotage: bug.sabotage, failuresMax: .max,
                until: { report in report.violations.contains { $0.rule.hasPrefix(bug.rule) } })
            #expect(report.isEnough, "found only \(Set(report.failures.flatMap(\.violations).map(\.rule)))")
        }
    }
}
