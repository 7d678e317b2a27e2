using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Distributions;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Splits;

/// <summary>The parts of a data view: none of its rows is in two of them, and each is in one.</summary>
public sealed class TrainDevTestData
{
    private const ulong Stream = 0x47726F757073; // a name that no other use of the seed has: "Groups"

    private readonly IHost _host;
    private readonly string[] _namesThatDiffer;
    private readonly string? _groupColumnName;
    private readonly string _remedy;

    internal TrainDevTestData(DataOperationsCatalog catalog, IHost host, IDataView data, TrainDevTestSplitOptions options, int seed)
    {
        _host = host;
        _namesThatDiffer = [.. new[] { options.TimeColumnName, options.GroupColumnName }.OfType<string>()];
        _groupColumnName = options.GroupColumnName;
        _remedy = options.TimeColumnName is not null
                ? "rows change with time, so choose and judge models by rows that are as new as those they are for"
            : options.GroupColumnName is not null
                ? "groups differ, so use more of them, or larger parts, so that each part has some of every kind"
            : DistributionComparison.ShuffleRemedy;
        Seed = seed;
        // All columns in one pass, before any row is assigned: so that a source whose order changes cannot put a row in two parts.
        if (options.Cache)
            data = catalog.Cache(data, [.. data.Schema.Where(column => !column.IsHidden).Select(column => column.Name)]);
        SplitPart[] parts = new RowAssignment(host, data, options, seed).Assign();
        Train = ViewOf(SplitPart.Train);
        TrainDev = options.HasTrainDev ? ViewOf(SplitPart.TrainDev) : null;
        Dev = ViewOf(SplitPart.Dev);
        Test = ViewOf(SplitPart.Test);
        (TrainRows, TrainDevRows) = (RowsOf(SplitPart.Train), RowsOf(SplitPart.TrainDev));
        (DevRows, TestRows) = (RowsOf(SplitPart.Dev), RowsOf(SplitPart.Test));

        IDataView ViewOf(SplitPart part)
        {
            IDataView view = new PartDataView(data, parts, part);
            view = options.Cache ? catalog.Cache(view) : view;
            if (options.LabelColumnName is { } label)
                SplitLabels.Add(view, label);
            return view;
        }

        long RowsOf(SplitPart part) => parts.LongCount(other => other == part);
    }

    /// <summary>The rows to learn from.</summary>
    public IDataView Train { get; }

    /// <summary>Rows of the distribution of <see cref="Train"/> that are not learned from; null unless asked for.</summary>
    public IDataView? TrainDev { get; }

    /// <summary>The rows to compare models by.</summary>
    public IDataView Dev { get; }

    /// <summary>The rows to judge the chosen model by, once.</summary>
    public IDataView Test { get; }

    /// <summary>How many rows <see cref="Train"/> has.</summary>
    public long TrainRows { get; }

    /// <summary>How many rows <see cref="TrainDev"/> has; 0 where there is none.</summary>
    public long TrainDevRows { get; }

    /// <summary>How many rows <see cref="Dev"/> has.</summary>
    public long DevRows { get; }

    /// <summary>How many rows <see cref="Test"/> has.</summary>
    public long TestRows { get; }

    /// <summary>What chance was drawn from: with it as Seed, the same data is split alike.</summary>
    public int Seed { get; }

    /// <summary>
    /// Compares dev with test, and warns in the log of the context where they are not of one distribution: a model that is chosen on one is
    /// then not the best on the other. A split at random gives no cause for it; one by time, by few groups, or files of their own may.
    /// After a split by group, one row of each group is compared, drawn by <see cref="Seed"/>: rows of one group are not independent, and
    /// any two parts of whole groups would look different otherwise.
    /// </summary>
    /// <param name="options">
    /// How. Null, the default, compares all columns that can be. Where no ColumnNames are set, that of time and that of groups are
    /// excluded, for they must differ.
    /// </param>
    /// <exception cref="InvalidOperationException">A part has too few rows, or groups, to compare.</exception>
    public DistributionComparison CheckDistributions(CompareDistributionsOptions? options = null)
    {
        CompareDistributionsOptions chosen = options?.Copy() ?? new CompareDistributionsOptions();
        if (chosen.ColumnNames is null)
            chosen.ExcludedColumnNames = [.. chosen.ExcludedColumnNames.Union(_namesThatDiffer)];
        chosen.FirstName ??= "dev";
        chosen.SecondName ??= "test";
        DistributionComparison comparison = new DistributionComparer(_host, chosen).Compare(
            OneRowOfEachGroup(Dev), OneRowOfEachGroup(Test), _remedy, _groupColumnName);
        if (comparison.AreDifferent)
            _host.Warn("Comparing distributions", comparison.Verdict);
        return comparison;
    }

    private IDataView OneRowOfEachGroup(IDataView part)
    {
        if (_groupColumnName is null)
            return part;
        DataViewSchema.Column column = part.Schema[_groupColumnName];
        ulong[] groups = RowScan.Read(_host, part, [column], row => ValueCodes.Open(row, column));
        CounterRandom random = new CounterRandom((ulong)Seed).Derive(Stream);
        // Train stands for what is left out.
        var kept = new SplitPart[groups.Length];
        foreach (IGrouping<ulong, int> group in Enumerable.Range(0, groups.Length).GroupBy(row => groups[row]))
            kept[group.ElementAt(random.Derive(group.Key).Below(group.Count(), 0))] = SplitPart.Dev;
        return new PartDataView(part, kept, SplitPart.Dev);
    }

    /// <summary>A line such as <c>train 1,078 rows (60.0 %), dev 360 (20.0 %), test 359 (20.0 %)</c>.</summary>
    public override string ToString()
    {
        double all = TrainRows + TrainDevRows + DevRows + TestRows;
        string trainDev = TrainDev is null ? "" : $", {Describe("train-dev", TrainDevRows)}";
        return $"{Describe("train", TrainRows, " rows")}{trainDev}, {Describe("dev", DevRows)}, {Describe("test", TestRows)}";

        string Describe(string name, long rows, string unit = "") =>
            string.Create(CultureInfo.InvariantCulture, $"{name} {rows:N0}{unit} ({100 * rows / all:0.0} %)");
    }
}
