import ArgumentParser
import GatewayApp

/// How the program can end.
enum ProgramExit: Int32 {
    case done = 0
    /// Refused or failed.
    case failed = 1
    case wrongUsage = 2
    case brokenStorage = 70
    case badConfiguration = 78
}

/// A reason to end otherwise than done, with the sentence for the person at the terminal.
struct CommandFailure: Error {
    var message: String
    var exit = ProgramExit.failed
}

/// One run of the program, from arguments to exit code.
enum ProgramRun {
    static func run(_ arguments: [String]) async -> Int32 {
        do {
            var command = try await VinciGateway.asyncParseAsRoot(arguments)
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
            return ProgramExit.done.rawValue
        } catch let code as ExitCode {
            // The command has said why itself.
            return code.rawValue
        } catch {
            return report(error).rawValue
        }
    }

    private static func report(_ error: any Error) -> ProgramExit {
        switch error {
        case let failure as CommandFailure:
            Terminal.complain("vinci-gateway: \(failure.message)")
            return failure.exit
        case let failure as ConfigurationFailure:
            Terminal.complain(failure.description)
            return .badConfiguration
        case let fault as GatewayFault:
            Terminal.complain("vinci-gateway: \(fault)")
            return fault.exit
        default:
            return reportParsing(error)
        }
    }

    /// Help pages are thrown, too, and belong on stdout.
    private static func reportParsing(_ error: any Error) -> ProgramExit {
        let message = VinciGateway.fullMessage(for: error)
        switch VinciGateway.exitCode(for: error) {
        case .success:
            Terminal.say(message)
            return .done
        case .validationFailure:
            Terminal.complain(message)
            return .wrongUsage
        default:
            Terminal.complain(message)
            return .failed
        }
    }
}

extension GatewayFault {
    fileprivate var exit: ProgramExit {
        switch kind {
        case .configuration: .badConfiguration
        case .storage: .brokenStorage
        case .failed: .failed
        }
    }
}
