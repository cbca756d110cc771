import AdminAPI
import ArgumentParser

struct BudgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "budget", abstract: "Set, list and remove budgets.",
        discussion: """
            A budget is named as refusals name it: team:marketing/month, token:vinci_…/day, organization/total.
            An order must fit every budget that applies to it.
            """,
        subcommands: [BudgetSet.self, BudgetList.self, BudgetRemove.self])
}

struct BudgetSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Set a limit.", discussion: "vinci-gateway budget set team:marketing/month 50")

    @Argument(help: "OWNER/PERIOD, with the period day, week, month or total.") var budget: BudgetName
    @Argument(help: "Dollars, at most six decimals.") var limit: DollarAmount
    @Option(help: "IANA time zone in which a period starts; UTC where this is not given.") var timeZone: String?
    @Option(name: .customLong("alert-percent"), help: "Alert at this share of the limit; repeat for more.")
    var alertPercents: [Int] = []
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let body = BudgetRequest(
            limitUSD: limit.usd, timeZone: timeZone, alertPercents: alertPercents.isEmpty ? nil : alertPercents)
        let reply = try await AdminConnection.open { try await $0.put(budget.path, body) }
        try output.show(reply, as: BudgetReply.self)
    }
}

struct BudgetList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the budgets with what is left of each.")

    @OptionGroup var output: OutputOptions

    func run() async throws {
        try output.list(try await AdminConnection.open { try await $0.get(AdminPath.budgets) }, of: BudgetReply.self)
    }
}

struct BudgetRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Remove a limit.")

    @Argument(help: "OWNER/PERIOD.") var budget: BudgetName
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let reply = try await AdminConnection.open { try await $0.delete(budget.path) }
        output.done(reply, "The budget is removed.")
    }
}
