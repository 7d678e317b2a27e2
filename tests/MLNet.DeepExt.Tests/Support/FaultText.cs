namespace MLNet.DeepExt.Tests.Support;

/// <summary>The texts of exceptions about parameters and options.</summary>
internal static class FaultText
{
    /// <summary>
    /// The message as it was written, without what .NET appends to it, the name of the parameter; asserts that the exception names one.
    /// </summary>
    public static string WithoutParameter(this ArgumentException exception)
    {
        Assert.False(string.IsNullOrEmpty(exception.ParamName), $"no parameter is named: {exception.Message}");
        string name = $" (Parameter '{exception.ParamName}')";
        Assert.EndsWith(name, exception.Message, StringComparison.Ordinal);
        return exception.Message[..^name.Length];
    }
}
