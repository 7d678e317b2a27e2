// Exceptions with and without the name of a parameter; NamedParametersTests expects to find those without.
namespace MLNet.DeepExt.Architecture.Tests.Samples.Faults;

internal static class Named
{
    public static ArgumentException Of(string name) => new("It is empty.", nameof(name));

    public static ArgumentException Of(string name, Exception cause) => new("It is empty.", nameof(name), cause);

    public static ArgumentOutOfRangeException Outside(string name) => new(nameof(name));
}

internal static class Unnamed
{
    public static ArgumentException Of() => new("It is empty.");
}

internal static class UnnamedWithCause
{
    public static Func<Exception, ArgumentException> Of { get; } = cause => new ArgumentException("It is empty.", cause);
}
