using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Data;

/// <summary>Counts the rows of one reading: those to be used, and those left out with the reason.</summary>
internal sealed class RowTally(LabeledColumns columns)
{
    private readonly SkippedRows _skipped = new();
    private long _weightless;
    private int _firstClass;
    private bool _hasTwoClasses;

    /// <summary>Rows that can be used.</summary>
    public long Used { get; private set; }

    /// <summary>Rows in which something is missing.</summary>
    public long Skipped => _skipped.Count;

    /// <summary>Whether the row is to be skipped, because something is missing in it.</summary>
    public bool AddSkipped(bool finiteFeatures, bool hasLabel, bool hasWeight, bool hasSegment = true, bool hasPrediction = true) =>
        _skipped.Add(finiteFeatures, hasLabel, hasWeight, hasSegment, hasPrediction);

    /// <summary>A row of weight 0. The caller chose this weight, so there is no warning.</summary>
    public void AddWeightless() => _weightless++;

    public void AddUsed(int classIndex)
    {
        if (Used++ == 0)
            _firstClass = classIndex;
        _hasTwoClasses |= classIndex != _firstClass;
    }

    /// <summary>Whether what is left is not too little, so that <see cref="Report"/> will not throw.</summary>
    public bool IsEnough(DataPurpose purpose) =>
        Used > 0 && (_hasTwoClasses || !purpose.NeedsTwoClasses || !columns.Label.IsClass);

    /// <summary>How many of how many rows were skipped and why; null where none was.</summary>
    public string? DescribeSkipped(DataPurpose purpose) => Skipped == 0 ? null : _skipped.Describe(Used + _weightless, purpose);

    /// <summary>After the last row: warns of skipped rows, once, and throws where what is left is too little.</summary>
    public void Report(IHost host, DataPurpose purpose)
    {
        if (Used == 0)
            throw host.Process(NothingIsLeft(purpose));
        if (DescribeSkipped(purpose) is { } skipped)
        {
            host.Warn(
                "Reading data",
                $"Skipped {skipped} of the {purpose.Name}; " +
                $"{_skipped.Remedy(columns.Label.Name, columns.WeightName)}.");
        }

        if (!IsEnough(purpose))
        {
            throw host.Process(new InvalidOperationException(
                $"All rows of the {purpose.Name} that can be used, {Used}, are of one class, but two are needed; " +
                $"check label column '{columns.Label.Name}'."));
        }
    }

    private InvalidOperationException NothingIsLeft(DataPurpose purpose)
    {
        string name = purpose.Name;
        if (_weightless > 0)
        {
            return new InvalidOperationException(
                $"Every weight in column '{columns.WeightName}' of the {name} is 0; give some row a weight above 0.");
        }

        return _skipped.Count > 0
            ? new InvalidOperationException(
                $"No row of the {name} can be used: skipped {_skipped.Describe(0, purpose)}; " +
                $"{_skipped.Remedy(columns.Label.Name, columns.WeightName)}.")
            : new InvalidOperationException($"The {name} has no rows; check the file, or the filter, that it comes from.");
    }
}
