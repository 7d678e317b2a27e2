namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>An invalid option.</summary>
/// <param name="Option">The name of the option, as users set it.</param>
/// <param name="Text">The fact, the value and the remedy: a whole sentence.</param>
internal sealed record OptionFault(string Option, string Text)
{
    /// <summary>Creates the exception, with the option as its parameter name.</summary>
    public ArgumentException ToException() => new(Text, Option);

    /// <summary>Returns the message of an exception without the parameter name that .NET appends.</summary>
    public static string Repeat(Exception exception) => exception is ArgumentException { ParamName: { } name } and not ArgumentNullException
        ? exception.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)
        : exception.Message;
}
