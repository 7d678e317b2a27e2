using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>Texts as categories.</summary>
internal sealed class TextColumn : TabularColumn
{
    public override bool IsCategory => true;

    public override IEstimator<ITransformer> Convert(TransformsCatalog transforms, string output, DataViewSchema.Column input) =>
        transforms.CopyColumns(output, input.Name);

    protected override bool Accepts(SchemaShape.Column column) =>
        column.ItemType is TextDataViewType && column.Kind == SchemaShape.Column.VectorKind.Scalar;
}
