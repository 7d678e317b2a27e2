using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Evaluation;

/// <summary>A reading of scored rows, from the first to the last, which can be repeated.</summary>
/// <param name="host">Who reads.</param>
/// <param name="scored">The scored rows.</param>
/// <param name="columns">What is in them.</param>
/// <param name="options">How they are judged.</param>
internal sealed class ScoredPass(IHost host, IDataView scored, ScoredColumns columns, EvaluationOptions options)
{
    private double[]? _factors; // (classes): what weights are multiplied by
    private RowCode? _first;    // of the first reading
    private int _readings;

    /// <summary>The column of segments; null for none.</summary>
    public DataViewSchema.Column? Segment { get; init; }

    /// <summary>
    /// Called once with what makes the outputs of a row no probabilities, to follow "it needs probabilities, and"; null to skip the check.
    /// </summary>
    public Action<string>? OnProbabilityFault { get; init; }

    /// <summary>
    /// Called with the segment of every row that has one, before the row itself and also if the row is left out; null if not requested.
    /// </summary>
    public Action<string>? OnSegment { get; init; }

    /// <summary>After reading: the rows that were told of.</summary>
    public long Rows { get; private set; }

    /// <summary>After reading: the rows that could not be judged.</summary>
    public long LeftOutRows { get; private set; }

    /// <summary>After reading: as <see cref="ScoredMeasurement.LeftOut"/>.</summary>
    public string? LeftOut { get; private set; }

    /// <summary>Reads all rows, and tells of each; warns of those that were left out.</summary>
    /// <param name="observe">Is told of a row, with the weight that it counts by. The same object is told of all.</param>
    /// <exception cref="ArgumentException">There is a class weight for a label that there is not.</exception>
    /// <exception cref="InvalidOperationException">
    /// No row can be judged, the values of one are not valid, or a second reading gives other rows.
    /// </exception>
    public void Read(Action<ScoredExample> observe)
    {
        _factors = FindFactors();
        // Weights by how many rows there are of a class are known only after the last one.
        if (options.ClassWeights.IsBalanced)
        {
            var rowsOfClass = new long[columns.Classes!.Count];
            Go(row => rowsOfClass[row.Class]++, onProbabilityFault: null);
            _factors = LabelWeights.BalancedFactorsOf(rowsOfClass);
        }

        RowTally tally = Go(
            row =>
            {
                Rows++;
                observe(row);
            },
            OnProbabilityFault);
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

    /// <summary>Reads all rows again, after <see cref="Read"/>, and passes each on as that did.</summary>
    /// <param name="observe">Is called with a row.</param>
    /// <exception cref="InvalidOperationException">There are other rows than before.</exception>
    public void ReadAgain(Action<ScoredExample> observe) => Go(observe, OnProbabilityFault is null ? null : _ => { });

    /// <summary>After all readings: writes to the log how many there were, if there were several.</summary>
    public void ReportReadings()
    {
        if (_readings > 1)
        {
            host.Inform(nameof(ScoredData), string.Create(
                CultureInfo.InvariantCulture,
                $"The scored data was read {_readings} times; cache it with ml.Data.Cache where scoring takes long."));
        }
    }

    private RowTally Go(Action<ScoredExample> observe, Action<string>? onProbabilityFault)
    {
        bool looksAtProbabilities = onProbabilityFault is not null && columns.SourceOf(OutputKind.Probabilities) is not null;
        using var cursor = new ScoredRowCursor(host, scored, columns, Segment) { OnSegment = OnSegment };
        ScoredExample row = cursor.Row;
        var code = default(RowCode);
        while (cursor.MoveNext())
        {
            if (looksAtProbabilities)
            {
                if (ProbabilityCheck.FindFault(columns, row) is { } fault)
                {
                    looksAtProbabilities = false;
                    onProbabilityFault!(fault);
                }
                else
                {
                    ProbabilityCheck.Clip(row);
                }
            }

            code.Add(row);
            row.Weight *= _factors?[row.Class] ?? 1;
            if (row.Weight > 0)
                observe(row);
        }

        _readings++;
        _first ??= code;
        if (code != _first)
            throw OtherRows(_first.Value, code);
        return cursor.Tally;
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
        if (!options.ClassWeights.IsNone)
        {
            throw host.Process(new ArgumentException(
                $"ClassWeights weighs labels that are classes but label column '{columns.Label.Name}' {columns.Label.Describe()}; " +
                "leave it at LabelWeights.None.",
                nameof(EvaluationOptions.ClassWeights)));
        }

        return null;
    }
}
