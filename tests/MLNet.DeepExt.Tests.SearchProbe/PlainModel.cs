using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.SearchProbe;

/// <summary>A model that is nothing but a number, and leaves rows as they are.</summary>
public sealed class PlainModel(double value) : ITransformer
{
    public double Value => value;

    public bool IsRowToRowMapper => false;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

    public IDataView Transform(IDataView input) => input;

    public void Save(ModelSaveContext ctx) => throw new NotSupportedException();
}
