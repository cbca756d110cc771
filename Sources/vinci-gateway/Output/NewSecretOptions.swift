import AdminAPI
import ArgumentParser

/// A reply that carries a new secret, and the row of what it belongs to.
protocol IssuedSecret: Decodable {
    associatedtype Row: Tabular
    var token: String { get }
    var issued: Row { get }
}

extension NewTokenReply: IssuedSecret {}
extension NewAdminTokenReply: IssuedSecret {}

/// How a new secret is printed: the only time it can be.
struct NewSecretOptions: ParsableArguments {
    @OptionGroup var output: OutputOptions

    @Flag(help: "Print the secret alone, for `TOKEN=$(…)`.")
    var quiet = false

    func validate() throws {
        if quiet, output.json { throw ValidationError("Give either --json or --quiet, not both.") }
    }

    func show<Reply: IssuedSecret>(_ reply: AdminReply, as type: Reply.Type) throws {
        guard !output.json else { return Terminal.say(bytes: reply.body) }
        let issued: Reply
        do {
            issued = try reply.decoded(type)
        } catch {
            // The secret exists and comes only once: better in an unknown form than lost.
            Terminal.say(bytes: reply.body)
            throw error
        }
        if quiet {
            Terminal.say(CellText.printable(issued.token))
        } else {
            Terminal.say(
                Table.fields(Reply.Row.columns.map { ($0.title, $0.text(issued.issued)) } + [("Token", issued.token)]))
            Terminal.complain("Keep the token now: it is not shown again.")
        }
    }
}
