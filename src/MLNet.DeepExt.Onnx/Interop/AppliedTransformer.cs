using Microsoft.ML;

namespace MLNet.DeepExt.Onnx.Interop;

/// <summary>A transformer of a model with the schemas around it, as an error describes it.</summary>
internal sealed record AppliedTransformer(ITransformer Transformer, DataViewSchema Before, DataViewSchema After)
{
    /// <summary>The columns that it adds or replaces.</summary>
    public string[] Outputs() => [.. Added().Select(column => column.Name)];

    /// <summary>The columns that those are made of; none where the transformer does not tell.</summary>
    public string[] Inputs() => InputsOf(Added());

    /// <summary>
    /// The call that makes it, such as <c>ml.Transforms.Text.FeaturizeText("Features", "Review")</c>; its type, and all calls that make
    /// transformers of it, where there are several; its type alone where there are none.
    /// </summary>
    public string Call()
    {
        Type type = Transformer.GetType();
        string name = type.Name.Split('`')[0];
        return CatalogCalls.Find(type) switch
        {
            [] => name,
            [var call] => $"ml.{call.Path}({(call.TakesColumns ? Arguments() : "...")})",
            var calls => $"{name} (made by {string.Join(" or ", calls.Select(call => $"ml.{call.Path}"))})",
        };
    }

    private string Arguments()
    {
        DataViewSchema.Column[] outputs = Added();
        if (outputs.Length == 1)
            return List([outputs[0].Name, .. Inputs()]);
        (string Output, string[] Inputs)[] pairs = Array.ConvertAll(outputs, output => (output.Name, InputsOf([output])));
        return Array.TrueForAll(pairs, pair => pair.Inputs.Length == 1)
            ? $"[{string.Join(", ", pairs.Select(pair => $"new({List([pair.Output, .. pair.Inputs])})"))}]"
            : "...";

        static string List(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"\"{name}\""));
    }

    private string[] InputsOf(DataViewSchema.Column[] outputs) => Transformer.IsRowToRowMapper
        ? [.. Transformer.GetRowToRowMapper(Before).GetDependencies(outputs).Select(column => column.Name)]
        : [];

    // What it leaves as it is has the same index.
    private DataViewSchema.Column[] Added() => [.. After.Where(column => !column.IsHidden && !Before.Any(other => IsSame(other, column)))];

    private static bool IsSame(DataViewSchema.Column before, DataViewSchema.Column after) =>
        before.Name == after.Name && before.Index == after.Index;
}
