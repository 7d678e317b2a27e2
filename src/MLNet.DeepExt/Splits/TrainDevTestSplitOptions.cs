using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Splits;

/// <summary>How rows are divided into train, dev and test.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// Which parts rows go to can be decided in one of these ways:
///
/// | set | how | sizes |
/// | -- | -- | -- |
/// | nothing | at random | exact |
/// | LabelColumnName | at random, each part with the same share of every label | exact, and of every label to within one row |
/// | GroupColumnName | at random, all rows of a group in one part | as near as whole groups come |
/// | both | the same, each part with about the same share of every label | as near as whole groups come |
/// | TimeColumnName | the oldest rows train, the newest test | exact |
/// | ByContent | by the values of the row alone, wherever it stands | about the fractions |
/// | ByContent, GroupColumnName | by the group of the row alone | about the fractions |
///
/// Other combinations contradict themselves and are refused.
/// ]]></format>
/// </remarks>
public sealed class TrainDevTestSplitOptions
{
    private const double DefaultFraction = 0.1;
    private const double FewestToLearnFrom = 1e-9; // what is left of 1 is less by rounding alone
    private const int MostLabelBins = 1000;

    /// <summary>The share of all rows for dev, in (0, 1). Default 0.1, unless counts are set.</summary>
    public double? DevFraction { get; set; }

    /// <summary>
    /// The share of all rows for test, in (0, 1). Default 0.1, unless counts are set. Of millions of rows a hundredth is enough:
    /// <see cref="Statistics.SetSize"/> says how many a part needs.
    /// </summary>
    public double? TestFraction { get; set; }

    /// <summary>
    /// The share of all rows, taken from train, that are of its distribution and not learned from, in (0, 1). Null, the default, sets
    /// none aside. Where train and dev are of different distributions, the error on these rows tells variance from mismatch.
    /// </summary>
    public double? TrainDevFraction { get; set; }

    /// <summary>How many rows dev gets, instead of a fraction; with <see cref="TestCount"/> alone.</summary>
    public long? DevCount { get; set; }

    /// <summary>How many rows test gets, instead of a fraction; with <see cref="DevCount"/> alone.</summary>
    public long? TestCount { get; set; }

    /// <summary>
    /// How many rows train-dev gets, instead of a fraction; with the other counts alone. Null, the default, sets none aside.
    /// </summary>
    public long? TrainDevCount { get; set; }

    /// <summary>
    /// The label of which each part gets the same shares: a key, a yes or no, text, or a number. Null, the default, looks at none.
    /// Numbers of more than 100 different values are cut into <see cref="LabelBins"/>; rows without a label count as a label of their
    /// own. Labels of few rows, or of few groups, may be missing from a part; a warning counts those that are.
    /// </summary>
    public string? LabelColumnName { get; set; }

    /// <summary>Into how many ranges of equally many rows labels that are numbers are cut, from 2 to 1000. Default 10.</summary>
    public int LabelBins { get; set; } = 10;

    /// <summary>
    /// The column that says which rows belong together, such as those of one person: none of these is in two parts. Of any type; rows
    /// without a value are one group. Null, the default, takes every row by itself.
    /// </summary>
    public string? GroupColumnName { get; set; }

    /// <summary>
    /// The column that says when a row came to be: a date, with or without an offset, or a number. No row of train or train-dev is newer
    /// than any of dev, none of dev newer than any of test; of rows of the same time, those that come first in the data count as older.
    /// Train-dev is drawn at random from train. Null, the default, looks at no time.
    /// </summary>
    public string? TimeColumnName { get; set; }

    /// <summary>
    /// Whether the part of a row is a function of its values (or of its group) and the seed alone. Default false. Rows then keep their
    /// parts when the data is shuffled or grows, on any machine; equal rows are in one part; and the sizes are near the fractions, not
    /// exact.
    /// </summary>
    /// <remarks>
    /// The function: 64 bits mixed from the values in the order of the names of their columns, divided by 2⁶⁴; below TestFraction is test,
    /// up to DevFraction more is dev, up to TrainDevFraction more is train-dev. Keys count as what they stand for, and vectors alike
    /// whether their zeros are left out or not. A column more, or another name that changes the order, changes the parts.
    /// </remarks>
    public bool ByContent { get; set; }

    /// <summary>The columns whose values make up a row <see cref="ByContent"/>. Null, the default, takes all.</summary>
    public string[]? ContentColumnNames { get; set; }

    /// <summary>
    /// Whether the data is read once, with all of its columns, before it is split, and kept in memory, as are parts once they have been
    /// read. Default false: it is read again each time, row by row, and has to give the same rows in the same order each time. Another
    /// number of rows is noticed then, another order is not, and puts rows in two parts: set this where the order may change.
    /// </summary>
    public bool Cache { get; set; }

    /// <summary>
    /// What chance is drawn from: the same seed gives the same rows the same parts. Null, the default, draws one from the context; with
    /// <see cref="ByContent"/> it is 0, so that no context changes the parts.
    /// </summary>
    public int? Seed { get; set; }

    internal bool HasCounts => DevCount is not null || TestCount is not null || TrainDevCount is not null;

    internal bool HasTrainDev => TrainDevFraction is not null || TrainDevCount is not null;

    /// <summary>(parts): the share of each part.</summary>
    internal double[] Fractions
    {
        get
        {
            double trainDev = TrainDevFraction ?? 0, dev = DevFraction ?? DefaultFraction, test = TestFraction ?? DefaultFraction;
            return [1 - trainDev - dev - test, trainDev, dev, test];
        }
    }

    internal TrainDevTestSplitOptions Copy()
    {
        var copy = (TrainDevTestSplitOptions)MemberwiseClone();
        copy.ContentColumnNames = ContentColumnNames is null ? null : [.. ContentColumnNames];
        return copy;
    }

    internal OptionFault? FindFault() => FindFaultOfSizes() ?? FindFaultOfColumns();

    private OptionFault? FindFaultOfSizes()
    {
        if (HasCounts)
        {
            return DevFraction is not null || TestFraction is not null || TrainDevFraction is not null
                ? new(nameof(DevCount), "Counts and fractions are both set; set the sizes of all parts in one of the two ways.")
                : FaultOfCount(nameof(DevCount), DevCount) ?? FaultOfCount(nameof(TestCount), TestCount)
                    ?? FaultOfCount(nameof(TrainDevCount), TrainDevCount)
                    ?? (DevCount is null || TestCount is null
                        ? new(nameof(DevCount), "DevCount and TestCount must be set together; set both, or fractions.")
                        : null);
        }

        return FaultOfFraction(nameof(DevFraction), DevFraction) ?? FaultOfFraction(nameof(TestFraction), TestFraction)
            ?? FaultOfFraction(nameof(TrainDevFraction), TrainDevFraction)
            ?? (Fractions is [<= FewestToLearnFrom, ..] fractions
                ? new(
                    nameof(DevFraction),
                    FormattableString.Invariant($"The fractions of dev, test and train-dev add up to {1 - fractions[0]:0.######}, ")
                    + "which leaves no row to learn from; use less than 1.")
                : null);
    }

    private OptionFault? FindFaultOfColumns() =>
        LabelColumnName is "" ? new(nameof(LabelColumnName), "LabelColumnName is empty; name a column, or use null.")
        : GroupColumnName is "" ? new(nameof(GroupColumnName), "GroupColumnName is empty; name a column, or use null.")
        : TimeColumnName is "" ? new(nameof(TimeColumnName), "TimeColumnName is empty; name a column, or use null.")
        : LabelBins < 2 ? new(nameof(LabelBins), FormattableString.Invariant($"LabelBins must be at least 2 but is {LabelBins}; 10 is the default."))
        : LabelBins > MostLabelBins
            ? new(nameof(LabelBins), FormattableString.Invariant($"LabelBins must be at most {MostLabelBins} but is {LabelBins}; 10 is the default."))
        : TimeColumnName is not null && (LabelColumnName ?? GroupColumnName) is not null
            ? new(
                nameof(TimeColumnName),
                $"TimeColumnName and {(LabelColumnName is null ? nameof(GroupColumnName) : nameof(LabelColumnName))} are both set, " +
                "but a split by time can neither balance labels nor keep groups together; set one of them to null.")
        : ByContent && TimeColumnName is not null
            ? new(nameof(ByContent), "ByContent and TimeColumnName are both set, but where time is cut depends on all rows; leave one out.")
        : ByContent && LabelColumnName is not null
            ? new(nameof(ByContent), "ByContent and LabelColumnName are both set, but how many rows a label has depends on all rows; leave one out.")
        : ByContent && HasCounts ? new(
            nameof(ByContent), "ByContent and counts are both set, but how many rows there are depends on all rows; set fractions.")
        : ContentColumnNames is not null && (!ByContent || GroupColumnName is not null)
            ? new(nameof(ContentColumnNames), "ContentColumnNames is set but rows do not go by their content; set ByContent, and no GroupColumnName.")
        : ContentColumnNames is { Length: 0 } ? new(nameof(ContentColumnNames), "ContentColumnNames is empty; name a column, or use null for all.")
        : null;

    private static OptionFault? FaultOfFraction(string name, double? fraction) => fraction is null or (> 0 and < 1) ? null
        : new(name, FormattableString.Invariant($"{name} must be in (0, 1) but is {fraction}; ")
            + (name == nameof(TrainDevFraction) ? "use null for no such part." : "for two parts alone there is TrainTestSplit."));

    private static OptionFault? FaultOfCount(string name, long? count) => count is null or > 0 ? null
        : new(name, FormattableString.Invariant($"{name} must be at least 1 but is {count}; ")
            + (name == nameof(TrainDevCount) ? "use null for no such part." : "for two parts alone there is TrainTestSplit."));
}
