using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>A data view with score columns added. Lazy: rows are read and scored when a cursor moves over them.</summary>
/// <param name="mapper">What the columns are made by.</param>
/// <param name="source">The rows.</param>
/// <param name="transformer">The transformer that this is the work of.</param>
internal sealed class ScoringDataView(ScoringMapper mapper, IDataView source, ITransformer transformer)
    : IDataView, IRowToRowMapper, ITransformTemplate, ITransformCanSaveOnnx
{
    public IDataView Source => source;

    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    DataViewSchema IRowToRowMapper.InputSchema => mapper.InputSchema;

    DataViewSchema IRowToRowMapper.OutputSchema => mapper.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = new ActiveColumns(Schema, columnsNeeded);
        return CreateCursor(source.Open(mapper.GetDependencies(columnsNeeded), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var active = new ActiveColumns(Schema, columnsNeeded);
        DataViewRowCursor[] inputs = source.OpenSet(mapper.GetDependencies(columnsNeeded), n, rand);
        return Array.ConvertAll(inputs, input => CreateCursor(input, active));
    }

    IEnumerable<DataViewSchema.Column> IRowToRowMapper.GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        mapper.GetDependencies(dependingColumns);

    DataViewRow IRowToRowMapper.GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        mapper.GetRow(input, activeColumns);

    IDataTransform ITransformTemplate.ApplyToData(IHostEnvironment env, IDataView newSource) =>
        (IDataTransform)transformer.Transform(newSource);

    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => true;

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx) => mapper.SaveAsOnnx(ctx);

    void ICanSaveModel.Save(ModelSaveContext ctx) => transformer.Save(ctx);

    private DataViewRowCursor CreateCursor(DataViewRowCursor input, ActiveColumns active)
    {
        bool wantsScores = active.AnyFrom(mapper.InputSchema.Count);
        return wantsScores && !HoldsDisposableValues(active)
            ? new BatchScoringCursor(mapper, input, active)
            : new RowScoringCursor(mapper, input, active);
    }

    // The reader of a disposable value (an image) owns it: such values cannot be kept for rows ahead of the reader.
    private bool HoldsDisposableValues(ActiveColumns active) =>
        mapper.InputSchema.Any(column => active[column.Index] && typeof(IDisposable).IsAssignableFrom(column.Type.RawType));
}
