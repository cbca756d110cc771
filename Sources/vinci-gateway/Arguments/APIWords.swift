import AdminAPI
import ArgumentParser

// The words of the API are the words of the command line; their help lists all of them.
extension AdminRoleName: ExpressibleByArgument {}
extension JobResolution: ExpressibleByArgument {}
extension UsageGroupBy: ExpressibleByArgument {}
