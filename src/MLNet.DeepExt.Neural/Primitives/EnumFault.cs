namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>Validates options of enumeration types.</summary>
internal static class EnumFault
{
    /// <summary>
    /// Returns what is wrong with a value that its enumeration does not define, such as "Unit of WarmUp must be Epochs or Steps but is 99"; null if
    /// it is defined.
    /// </summary>
    /// <param name="option">The name of the option, as users set it.</param>
    /// <param name="value">Its value.</param>
    public static string? Find<T>(string option, T value)
        where T : struct, Enum
    {
        if (Enum.IsDefined(value))
            return null;
        string[] names = Enum.GetNames<T>();
        return $"{option} must be {string.Join(", ", names[..^1])} or {names[^1]} but is {value:D}";
    }
}
