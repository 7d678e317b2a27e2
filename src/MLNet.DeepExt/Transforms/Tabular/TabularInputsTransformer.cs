using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Transforms.Tabular;

[assembly: LoadableModel<TabularInputsTransformer>]
[assembly: LoadableTransform<TabularInputsTransformer>]
[assembly: LoadableMapper<TabularInputsTransformer>]

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>
/// The first of the chain of <see cref="TabularFeaturesEstimator"/>: refuses data without the columns that the chain was fitted to, and changes
/// nothing. The transformers after it are mostly ML.NET's, whose errors name columns that a caller does not know, and no remedy.
/// </summary>
internal sealed class TabularInputsTransformer(IHost host, TabularInput[] inputs)
    : ColumnTransformer(host, [], schema => RequireAll(host, inputs, schema)), ILoadableModel<TabularInputsTransformer>
{
    static ModelFormat ILoadableModel<TabularInputsTransformer>.Format => FileFormat;

    private protected override ModelFormat Format => FileFormat;

    private static ModelFormat FileFormat { get; } = new("DXTABINP", "DeepExtTabularInputs", "columns of a table");

    static TabularInputsTransformer ILoadableModel<TabularInputsTransformer>.Load(IHost host, ContentReader content)
    {
        var inputs = new TabularInput[content.ReadCount("columns of a table", TabularInput.SmallestSize, bytesInMemory: 128)];
        foreach (ref TabularInput input in inputs.AsSpan())
            input = TabularInput.Read(content);
        return new TabularInputsTransformer(host, inputs);
    }

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.Write(inputs.Length);
        foreach (TabularInput input in inputs)
            input.Write(writer);
    }

    private protected override ColumnMap Bind(int pair, DataViewSchema.Column input) => throw new NotSupportedException("It makes no column.");

    private static void RequireAll(IHost host, TabularInput[] inputs, DataViewSchema schema)
    {
        foreach (TabularInput input in inputs)
        {
            DataViewSchema.Column column = schema.GetColumnOrNull(input.Name)
                ?? throw host.MissingColumn("inputSchema", "input", input.Name, schema);
            if (!input.Takes(column))
                throw host.WrongColumnType("inputSchema", "input", column, input.ToString(), SchemaFaults.AsFitted);
        }
    }
}
