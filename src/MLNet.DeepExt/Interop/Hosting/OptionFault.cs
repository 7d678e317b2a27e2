namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>What is wrong with an option.</summary>
/// <param name="Option">The name of the option, as users set it.</param>
/// <param name="Text">The fact, the value and the remedy: a whole sentence.</param>
internal sealed record OptionFault(string Option, string Text)
{
    /// <summary>The exception that says so, and names the option as its parameter.</summary>
    public ArgumentException ToException() => new(Text, Option);

    /// <summary>The message of an exception for another one to repeat: without the name of the parameter, which .NET appends to it.</summary>
    public static string Repeat(Exception exception) => exception is ArgumentException { ParamName: { } name } and not ArgumentNullException
        ? exception.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)
        : exception.Message;
}
