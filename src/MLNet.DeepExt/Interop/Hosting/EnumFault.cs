namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>Options that are one of the values of an enumeration.</summary>
internal static class EnumFault
{
    /// <summary>What is wrong with a value that its enumeration does not define; null if it is defined.</summary>
    /// <param name="option">The name of the option, as users set it.</param>
    /// <param name="value">Its value.</param>
    /// <param name="remedy">What to set instead: the end of the sentence, without its full stop.</param>
    public static OptionFault? Find<T>(string option, T value, string remedy)
        where T : struct, Enum
    {
        if (Enum.IsDefined(value))
            return null;
        string[] names = Enum.GetNames<T>();
        return new(option, $"{option} must be {string.Join(", ", names[..^1])} or {names[^1]} but is {value:D}; {remedy}.");
    }
}
