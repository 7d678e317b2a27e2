namespace MLNet.DeepExt.Evaluation;

/// <summary>All kinds of outputs.</summary>
internal static class OutputKinds
{
    /// <summary>The kinds, each at the place of its number.</summary>
    public static IReadOnlyList<OutputKind> All { get; } = Enum.GetValues<OutputKind>();

    /// <summary>How many there are.</summary>
    public static int Count => All.Count;
}
