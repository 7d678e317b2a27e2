using System.Globalization;

namespace MLNet.DeepExt.Data;

/// <summary>Names in a message: the first ones, and how many more there are.</summary>
internal static class NameList
{
    private const int Most = 10;

    /// <summary>Such as <c>'a', 'b', 'c'</c>, and of many <c>'a', 'b', ... and 7 more</c>.</summary>
    public static string Of(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(Most).Select(name => $"'{name}'")) +
        (names.Count > Most ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - Most} more") : "");
}
