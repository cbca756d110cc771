import AdminAPI
import ArgumentParser

/// An id on the command line: letters, digits and `- . _ ~ :`, so that it can stand in a path as it is.
struct ObjectID: ExpressibleByArgument {
    var text: String

    init?(argument: String) {
        guard !argument.isEmpty, ![".", ".."].contains(argument) else { return nil }
        guard PathSegment.escaped(argument) == argument else { return nil }
        text = argument
    }
}
