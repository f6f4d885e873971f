@main struct DS { static func main() {} }
