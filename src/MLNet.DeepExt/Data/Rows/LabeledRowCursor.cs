using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Data;

/// <summary>
/// Moves over the rows of a data view that can be learned from, in their order. Rows that cannot be are left out and counted;
/// rows that contradict the schema, or weights that make no sense, are errors.
/// </summary>
internal sealed class LabeledRowCursor : IDisposable
{
    private readonly IHost _host;
    private readonly LabeledColumns _columns;
    private readonly CancellationToken _cancellationToken;
    private readonly DataViewRowCursor _cursor;
    private readonly ValueGetter<VBuffer<float>> _featureGetter;
    private readonly LabelAndWeight _row;
    private VBuffer<float> _features;

    /// <summary>Opens the data view, which reads it from its beginning.</summary>
    /// <param name="host">Who reads. Where its context is cancelled, the next row throws.</param>
    /// <param name="data">What to read.</param>
    /// <param name="columns">What of it to read.</param>
    /// <param name="cancellationToken">Where it is cancelled, the next row throws <see cref="ReadingCancelledException"/>.</param>
    public LabeledRowCursor(IHost host, IDataView data, LabeledColumns columns, CancellationToken cancellationToken)
    {
        _host = host;
        _columns = columns;
        _cancellationToken = cancellationToken;
        DataViewSchema.Column features = data.Schema[columns.FeatureName];
        DataViewSchema.Column label = data.Schema[columns.Label.Name];
        DataViewSchema.Column? weight = columns.WeightName is { } name ? data.Schema[name] : null;
        Width = ((VectorDataViewType)features.Type).Size;
        _cursor = data.Open(weight is { } third ? [features, label, third] : [features, label]);
        try
        {
            _featureGetter = _cursor.GetGetter<VBuffer<float>>(features);
            _row = new LabelAndWeight(host, _cursor, columns);
        }
        catch
        {
            // It is not shared yet.
            _cursor.Dispose();
            throw;
        }
    }

    /// <summary>Features of a row.</summary>
    public int Width { get; }

    /// <summary>The rows so far.</summary>
    public RowTally Tally => _row.Tally;

    /// <summary>
    /// The features of the row, all finite: (width), dense or sparse as the data view has them. Valid until the next row.
    /// </summary>
    public ref readonly VBuffer<float> Features => ref _features;

    /// <summary>The class of the row, counted from 0; 0 where labels are numbers.</summary>
    public int Class => _row.Class;

    /// <summary>The weight of the row, above 0; 1 where the data has no weights.</summary>
    public float Weight => _row.Weight;

    /// <summary>Moves to the next row that can be learned from; false after the last one.</summary>
    public bool MoveNext()
    {
        while (_cursor.MoveNext(_host))
        {
            // Here and not where rows are used, because there may be millions in a row that are not.
            if (_cancellationToken.IsCancellationRequested)
                throw new ReadingCancelledException();
            if (IsUsable())
                return true;
        }

        return false;
    }

    /// <summary>The numbers to be predicted for the row; none where labels are classes.</summary>
    /// <param name="destination">(target width).</param>
    public void CopyTarget(Span<float> destination) => _row.CopyTarget(destination);

    public void Dispose() => _cursor.Dispose();

    private bool IsUsable()
    {
        _featureGetter(ref _features);
        if (VectorLength.FindFault(_columns.FeatureName, Width, _features.Length) is { } fault)
            throw _host.Process(fault);
        if (!_row.Read(hasInputs: FiniteValues.Only(in _features)))
            return false;
        if (FeatureSize.FindFault(_cursor.Schema[_columns.FeatureName], in _features) is { } faultOfSize)
            throw _host.Process(faultOfSize);
        return _row.Count();
    }
}
