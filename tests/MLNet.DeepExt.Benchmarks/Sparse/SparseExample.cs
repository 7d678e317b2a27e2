using Microsoft.ML.Data;

namespace MLNet.DeepExt.Benchmarks.Sparse;

/// <summary>A row of few features that are not 0.</summary>
internal sealed class SparseExample
{
    public const int Classes = 10;

    public uint Label { get; set; }

    public VBuffer<float> Features { get; set; }

    public static SchemaDefinition Schema(int features)
    {
        var schema = SchemaDefinition.Create(typeof(SparseExample));
        schema[nameof(Label)].ColumnType = new KeyDataViewType(typeof(uint), Classes);
        schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        return schema;
    }
}
