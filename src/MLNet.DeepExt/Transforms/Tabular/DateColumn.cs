using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>Dates, times and spans of time: <see cref="DatePartsTransformer"/> says what becomes of them.</summary>
internal sealed class DateColumn : TabularColumn
{
    public override bool IsCategory => false;

    public override IEstimator<ITransformer> Convert(TransformsCatalog transforms, string output, DataViewSchema.Column input) =>
        new DatePartsEstimator(CatalogEnvironment.Of(transforms), new InputOutputColumnPair(output, input.Name));

    protected override bool Accepts(SchemaShape.Column column) =>
        column.ItemType is DateTimeDataViewType or DateTimeOffsetDataViewType or TimeSpanDataViewType
        && column.Kind == SchemaShape.Column.VectorKind.Scalar;
}
