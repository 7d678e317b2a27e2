using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Evaluation;

/// <summary>
/// Scored rows that are read once, in blocks, for all that is computed of them. No more than one block is held; rows are read again only to
/// balance classes and where a fold asks for it.
/// </summary>
/// <param name="host">Who reads. Where its context is cancelled, the next row throws.</param>
/// <param name="scored">The scored rows.</param>
/// <param name="columns">What is in them.</param>
/// <param name="options">How they are evaluated.</param>
internal sealed class ScoredTable(IHost host, IDataView scored, ScoredColumns columns, EvaluationOptions options)
{
    private readonly SegmentNames _segmentNames = new();
    private double[]? _factors; // (classes): what weights are multiplied by
    private RowCode? _first;    // of the first reading
    private int _readings;
    private int _firstClass = -1;
    private bool _hasTwoClasses;
    private bool _hasProbabilityFault;

    /// <summary>Who reads.</summary>
    public IHost Host => host;

    /// <summary>What is in the rows.</summary>
    public ScoredColumns Columns => columns;

    /// <summary>How the rows are evaluated.</summary>
    public EvaluationOptions Options => options;

    /// <summary>The column of segments; null (default) for none. Rows without a segment are left out and counted.</summary>
    public DataViewSchema.Column? Segment { get; init; }

    /// <summary>Whether outputs that are taken for probabilities are checked, and rounding errors beyond 0 and 1 removed.</summary>
    public bool ChecksProbabilities { get; init; }

    /// <summary>
    /// Called once with why outputs are not probabilities, to follow "it needs probabilities, and"; null (default) leaves it to <see
    /// cref="ScoredBlock.ProbabilityFault"/>.
    /// </summary>
    public Action<string>? OnProbabilityFault { get; init; }

    /// <summary>After reading: the names of all segments, also of those whose rows are all left out.</summary>
    public IReadOnlyList<string> SegmentNames => _segmentNames.All;

    /// <summary>After reading: the rows that were evaluated.</summary>
    public long Rows { get; private set; }

    /// <summary>After reading: the rows that could not be evaluated.</summary>
    public long LeftOutRows { get; private set; }

    /// <summary>After reading: as <see cref="ScoredMeasurement.LeftOut"/>.</summary>
    public string? LeftOut { get; private set; }

    /// <summary>After reading: as <see cref="ScoredMeasurement.OnlyClass"/>.</summary>
    public string? OnlyClass => columns.AreClasses && !_hasTwoClasses ? columns.Classes!.Names.ElementAtOrDefault(_firstClass) : null;

    /// <summary>Reads all rows, passes every block to all folds in their order, and warns of rows that were left out.</summary>
    /// <exception cref="ArgumentException">There is a class weight for a label that the rows do not have.</exception>
    /// <exception cref="InvalidOperationException">
    /// No row can be evaluated, the values of one are not valid, or a second reading gives other rows.
    /// </exception>
    public void Fold(params IReadOnlyList<ScoredFold> folds)
    {
        _factors = FindFactors();
        // Weights by how many rows there are of a class are known only after the last one.
        if (options.ClassWeights.IsBalanced)
        {
            var counts = new RowsOfClass(columns.Classes!.Count);
            Read([counts], checksProbabilities: false);
            _factors = LabelWeights.BalancedFactorsOf(counts.Counts);
        }

        Report(Read([new Summary(this), .. folds], ChecksProbabilities));
        // Every fold ends its pass before rows are read for any of them.
        ScoredFold[] open = [.. folds.Where(fold => fold.EndPass(this))];
        while (open.Length > 0)
        {
            Read(open, ChecksProbabilities);
            open = [.. open.Where(fold => fold.EndPass(this))];
        }

        if (_readings > 1)
        {
            host.Inform(nameof(ScoredTable), string.Create(
                CultureInfo.InvariantCulture,
                $"The scored data was read {_readings} times; cache it with ml.Data.Cache where scoring takes long."));
        }
    }

    private RowTally Read(IReadOnlyList<ScoredFold> folds, bool checksProbabilities)
    {
        checksProbabilities &= columns.SourceOf(OutputKind.Probabilities) is not null;
        var block = new ScoredBlock(columns);
        var code = default(RowCode);
        using var reader = new ScoredRowReader(host, scored, columns, Segment, _segmentNames);
        while (reader.MoveNext(block))
        {
            int row = block.Count;
            if (checksProbabilities && block.ProbabilityFault is null)
                CheckProbabilities(block, row);
            code.Add(block, row, reader.SegmentName);
            block.Weights[row] *= _factors?[block.Classes[row]] ?? 1;
            if (block.Weights[row] > 0 && block.Append())
                PassOn();
        }

        if (block.Count > 0)
            PassOn();
        _readings++;
        _first ??= code;
        return code == _first ? reader.Tally : throw OtherRows(_first.Value, code);

        void PassOn()
        {
            foreach (ScoredFold fold in folds)
                fold.Add(block);
            block.Clear();
        }
    }

    private void CheckProbabilities(ScoredBlock block, int row)
    {
        Span<float> probabilities = block.Outputs(OutputKind.Probabilities, row);
        if (ProbabilityCheck.FindFault(columns, probabilities) is not { } fault)
        {
            ProbabilityCheck.Clip(probabilities);
            return;
        }

        block.ProbabilityFault = fault;
        if (!_hasProbabilityFault)
            OnProbabilityFault?.Invoke(fault);
        _hasProbabilityFault = true;
    }

    private void Report(RowTally tally)
    {
        DataPurpose purpose = columns.AreClasses ? DataPurpose.ClassEvaluation : DataPurpose.Evaluation;
        tally.Report(host, purpose);
        LeftOutRows = tally.Skipped;
        LeftOut = tally.DescribeSkipped(purpose);
        if (Rows == 0)
        {
            throw host.Process(new InvalidOperationException(
                "ClassWeights gives every row of the scored data weight 0; give a label that the rows have a weight above 0."));
        }
    }

    private InvalidOperationException OtherRows(RowCode first, RowCode now)
    {
        string rows = now.Rows == first.Rows ? "as many with other labels or weights" : now.Rows.ToString(CultureInfo.InvariantCulture);
        return host.Process(new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"The scored data gives other rows each time it is read: {first.Rows} rows at first, then {rows}; cache it with ml.Data.Cache.")));
    }

    private double[]? FindFactors()
    {
        if (columns.AreClasses)
            return options.ClassWeights.FactorsOf(columns.Label.Name, columns.Classes!.Names);
        if (options.ClassWeights.IsNone)
            return null;
        throw host.Process(new ArgumentException(
            $"ClassWeights weighs labels that are classes but label column '{columns.Label.Name}' {columns.Label.Describe()}; " +
            "leave it at LabelWeights.None.",
            nameof(EvaluationOptions.ClassWeights)));
    }

    private sealed class RowsOfClass(int classes) : ScoredFold
    {
        public long[] Counts { get; } = new long[classes];

        public override void Add(ScoredBlock block)
        {
            foreach (int label in block.Classes[..block.Count])
                Counts[label]++;
        }
    }

    private sealed class Summary(ScoredTable table) : ScoredFold
    {
        public override void Add(ScoredBlock block)
        {
            if (table.Rows == 0)
                table._firstClass = block.Classes[0];
            table.Rows += block.Count;
            table._hasTwoClasses |= block.Classes[..block.Count].ContainsAnyExcept(table._firstClass);
        }
    }
}
