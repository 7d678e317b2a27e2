namespace MLNet.DeepExt.Evaluation;

/// <summary>Classes in messages.</summary>
internal static class ClassWords
{
    private const int MostToName = 5;

    /// <summary>The first few names in quotes.</summary>
    public static string Some(string[] names) =>
        string.Join(", ", names.Take(MostToName).Select(name => $"'{name}'")) + (names.Length > MostToName ? " and more" : "");
}
