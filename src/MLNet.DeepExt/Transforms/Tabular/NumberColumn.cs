using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>Numbers of every type, yes or no as 1 or 0, and known-size vectors of them.</summary>
internal sealed class NumberColumn : TabularColumn
{
    public override bool IsCategory => false;

    public override IEstimator<ITransformer> Convert(TransformsCatalog transforms, string output, DataViewSchema.Column input)
    {
        DataViewType item = input.Type is VectorDataViewType vector ? vector.ItemType : input.Type;
        return item.Equals(NumberDataViewType.Single)
            ? transforms.CopyColumns(output, input.Name)
            : transforms.Conversion.ConvertType(output, input.Name, DataKind.Single);
    }

    protected override bool Accepts(SchemaShape.Column column) =>
        column.ItemType is NumberDataViewType or BooleanDataViewType && !column.IsKey
        && column.Kind != SchemaShape.Column.VectorKind.VariableVector;
}
