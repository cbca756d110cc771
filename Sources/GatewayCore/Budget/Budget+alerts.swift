extension Budget {
    /// The alerts that these figures give reason for: what is captured and held reaches a share of the limit.
    /// - reported: the highest share that an alert was given for; 0: none.
    /// - Returns: shares in percent, ascending.
    package func alerts(due figures: BudgetFigures, beyond reported: Int) -> [Int] {
        // Of nothing there is no share.
        guard limit > .zero else { return [] }
        let taken = (Int128(figures.captured.count) + Int128(figures.held.count)) * 100
        return alertPercents.filter { $0 > reported && taken >= Int128(limit.count) * Int128($0) }.sorted()
    }
}
