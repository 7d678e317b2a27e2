using System.Collections;
using System.Globalization;

namespace MLNet.DeepExt.Search;

/// <summary>Values as text, the same in every culture.</summary>
internal static class ValueText
{
    /// <summary>As it is printed; arrays and lists by their elements.</summary>
    /// <param name="value">Any value.</param>
    public static string Of(object value) => value is IList list
        ? $"[{string.Join(", ", list.Cast<object?>().Select(element => element is null ? "null" : Literal(element)))}]"
        : Invariant(() => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");

    /// <summary>As it is written in a program: texts in quotes, others as printed.</summary>
    /// <param name="value">Any value.</param>
    public static string Literal(object value) => value switch
    {
        string text => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"",
        bool yes => yes ? "true" : "false",
        _ => Of(value),
    };

    /// <summary>
    /// A text as it is made where the culture is the invariant one: records and tuples print their numbers by that of the thread.
    /// </summary>
    /// <param name="print">What makes it.</param>
    public static string Invariant(Func<string> print)
    {
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            return print();
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
