using Microsoft.ML;

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>Keys as categories.</summary>
internal sealed class KeyColumn : TabularColumn
{
    public override bool IsCategory => true;

    public override IEstimator<ITransformer> Convert(TransformsCatalog transforms, string output, DataViewSchema.Column input) =>
        transforms.CopyColumns(output, input.Name);

    protected override bool Accepts(SchemaShape.Column column) => column.IsKey && column.Kind == SchemaShape.Column.VectorKind.Scalar;
}
