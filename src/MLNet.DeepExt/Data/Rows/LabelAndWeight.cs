using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Data;

/// <summary>
/// Reads the label and the weight of the rows of a cursor, and counts which rows can be used. Labels that contradict the schema, and weights
/// that are negative or infinite, are errors.
/// </summary>
internal sealed class LabelAndWeight
{
    private readonly IExceptionContext _context;
    private readonly LabeledColumns _columns;
    private readonly LabelReader _label;
    private readonly ValueGetter<float>? _weightGetter;
    private float _weight = 1;

    /// <summary>Opens both columns of a cursor in which they are active.</summary>
    public LabelAndWeight(IExceptionContext context, DataViewRowCursor cursor, LabeledColumns columns)
    {
        _context = context;
        _columns = columns;
        _label = columns.Label.Open(cursor);
        _weightGetter = columns.WeightName is { } name ? NumberGetters.OfSingle(cursor, cursor.Schema[name]) : null;
        Tally = new RowTally(columns);
    }

    /// <summary>The rows so far.</summary>
    public RowTally Tally { get; }

    /// <summary>The class of the row, counted from 0; 0 where labels are numbers.</summary>
    public int Class => _label.Class;

    /// <summary>The weight of the row; 1 where the data has no weights.</summary>
    public float Weight => _weight;

    /// <summary>The numbers of the label; none where labels are classes.</summary>
    /// <param name="destination">(target width).</param>
    public void CopyTarget(Span<float> destination) => _label.CopyTarget(destination);

    /// <summary>Reads the row; false where something is missing in it, so that it is left out.</summary>
    public bool Read(bool hasInputs, bool hasSegment = true, bool hasPrediction = true)
    {
        bool hasLabel = _label.Read();
        _weightGetter?.Invoke(ref _weight);
        return !Tally.AddSkipped(hasInputs, hasLabel, !float.IsNaN(_weight), hasSegment, hasPrediction);
    }

    /// <summary>Counts a row that <see cref="Read"/> did not leave out; false where its weight is 0.</summary>
    /// <exception cref="InvalidOperationException">The label contradicts the schema, or the weight is negative or infinite.</exception>
    public bool Count()
    {
        if ((_label.FindFault() ?? ExampleWeight.FindFault(_columns.WeightName, _weight)) is { } fault)
            throw _context.Process(fault);
        if (_weight == 0)
        {
            Tally.AddWeightless();
            return false;
        }

        Tally.AddUsed(Class);
        return true;
    }
}
