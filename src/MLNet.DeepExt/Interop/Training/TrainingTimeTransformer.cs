using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Training;

namespace MLNet.DeepExt.Interop;

/// <summary>
/// Changes a column while a pipeline is fitted, and lets it through as it is in all that comes after: evaluation, prediction. Immutable,
/// and safe to use from several threads.
/// </summary>
/// <remarks>
/// <para>In <c>pipeline.Fit</c> the estimators after this one see the changed rows, <see cref="TransformForTraining"/>; the fitted model
/// goes by <see cref="Transform"/>, and its file holds no more than that: ML.NET's CopyColumns.</para>
/// <para>ML.NET asks for the changed rows only where the estimator is in the very chain that is fitted. Where the chain is itself appended
/// to another chain, the estimators after it in the inner chain see the changed rows, and those of the outer chain do not: append the
/// estimators one by one.</para>
/// </remarks>
public sealed class TrainingTimeTransformer : ITransformer, ITransformerWithDifferentMappingAtTrainingTime
{
    private readonly IHost _host;
    private readonly ITransformer _atPrediction;
    private readonly ColumnChange _change;
    private readonly int _copies;

    /// <param name="host">The component.</param>
    /// <param name="columns">The column to change, and its name after.</param>
    /// <param name="change">How it is changed.</param>
    /// <param name="copies">0 to have each row replaced by a changed version, n to have n changed versions follow it.</param>
    internal TrainingTimeTransformer(IHost host, InputOutputColumnPair columns, ColumnChange change, int copies)
    {
        _host = host;
        _atPrediction = new ColumnCopyingTransformer(host, (columns.OutputColumnName, columns.InputColumnName));
        _change = change;
        _copies = copies;
        Columns = columns;
    }

    /// <summary>The column that is changed, and its name after.</summary>
    public InputOutputColumnPair Columns { get; }

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>The schema after this transformer, at prediction.</summary>
    /// <param name="inputSchema">The schema of the data to transform.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        RequireColumn(inputSchema);
        return _atPrediction.GetOutputSchema(inputSchema);
    }

    /// <summary>The data as it is, with the column under its name after.</summary>
    /// <param name="input">The data to transform.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        RequireColumn(input.Schema);
        return _atPrediction.Transform(input);
    }

    /// <summary>
    /// The data as the estimators after this one see it in <c>pipeline.Fit</c>. Rows are changed as a cursor moves over them; every
    /// reading gives the same. They come in the order of the input, whether or not they are asked for shuffled.
    /// </summary>
    /// <param name="input">The training data.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is of another type.</exception>
    public IDataView TransformForTraining(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        RequireColumn(input.Schema);
        _change.Check(_host, input.Schema[Columns.InputColumnName]);
        return new ChangedRowsView(input, Columns, _change, RowVersions.OfCopies(_copies));
    }

    /// <summary>Its type and its columns, such as <c>TrainingTimeTransformer: Features → Features</c>.</summary>
    public override string ToString() => $"{nameof(TrainingTimeTransformer)}: {Columns.InputColumnName} → {Columns.OutputColumnName}";

    IDataView ITransformerWithDifferentMappingAtTrainingTime.TransformForTrainingPipeline(IDataView input) => TransformForTraining(input);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        RequireColumn(inputSchema);
        return _atPrediction.GetRowToRowMapper(inputSchema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => _atPrediction.Save(ctx);

    // ML.NET would say no more than that it is missing.
    private void RequireColumn(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (inputSchema.GetColumnOrNull(Columns.InputColumnName) is null)
            throw _host.MissingColumn(nameof(inputSchema), "input", Columns.InputColumnName, inputSchema);
    }
}
