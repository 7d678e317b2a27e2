using Microsoft.ML;

namespace MLNet.DeepExt.Onnx.Interop;

/// <summary>A transformer of a model with the schemas around it, as an error describes it.</summary>
internal sealed record AppliedTransformer(ITransformer Transformer, DataViewSchema Before, DataViewSchema After)
{
    /// <summary>The columns that it adds or replaces.</summary>
    public string[] Outputs() => [.. Added().Select(column => column.Name)];

    /// <summary>The call that makes it, such as <c>ml.Transforms.Text.FeaturizeText("Features", "Review")</c>; else its type.</summary>
    public string Call()
    {
        Type type = Transformer.GetType();
        if (CatalogCalls.Find(type) is not { } call)
            return type.Name.Split('`')[0];
        string arguments = call.TakesColumns ? string.Join(", ", Outputs().Concat(Inputs()).Select(name => $"\"{name}\"")) : "...";
        return $"ml.{call.Path}({arguments})";
    }

    private IEnumerable<string> Inputs() => Transformer.IsRowToRowMapper
        ? Transformer.GetRowToRowMapper(Before).GetDependencies(Added()).Select(column => column.Name)
        : [];

    // What it leaves as it is has the same index.
    private DataViewSchema.Column[] Added() => [.. After.Where(column => !column.IsHidden && !Before.Any(other => IsSame(other, column)))];

    private static bool IsSame(DataViewSchema.Column before, DataViewSchema.Column after) =>
        before.Name == after.Name && before.Index == after.Index;
}
