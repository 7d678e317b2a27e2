using System.Globalization;

namespace MLNet.DeepExt.Search;

/// <summary>Values as text, the same in every culture.</summary>
internal static class ValueText
{
    /// <summary>As it is printed.</summary>
    /// <param name="value">Any value.</param>
    public static string Of(object value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    /// <summary>As it is written in a program: texts in quotes, others as printed.</summary>
    /// <param name="value">Any value.</param>
    public static string Literal(object value) => value switch
    {
        string text => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"",
        bool yes => yes ? "true" : "false",
        _ => Of(value),
    };
}
