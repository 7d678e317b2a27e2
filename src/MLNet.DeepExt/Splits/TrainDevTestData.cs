using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Distributions;

namespace MLNet.DeepExt.Splits;

/// <summary>The parts of a data view: none of its rows is in two of them, and each is in one.</summary>
public sealed class TrainDevTestData
{
    private readonly IHost _host;
    private readonly string[] _namesThatDiffer;

    internal TrainDevTestData(DataOperationsCatalog catalog, IHost host, IDataView data, TrainDevTestSplitOptions options, int seed)
    {
        _host = host;
        _namesThatDiffer = [.. new[] { options.TimeColumnName, options.GroupColumnName }.OfType<string>()];
        Seed = seed;
        SplitPart[] parts = new RowAssignment(host, data, options, seed).Assign();
        Train = ViewOf(SplitPart.Train);
        TrainDev = options.HasTrainDev ? ViewOf(SplitPart.TrainDev) : null;
        Dev = ViewOf(SplitPart.Dev);
        Test = ViewOf(SplitPart.Test);
        (TrainRows, TrainDevRows) = (RowsOf(SplitPart.Train), RowsOf(SplitPart.TrainDev));
        (DevRows, TestRows) = (RowsOf(SplitPart.Dev), RowsOf(SplitPart.Test));

        IDataView ViewOf(SplitPart part)
        {
            var view = new PartDataView(data, parts, part);
            return options.Cache ? catalog.Cache(view) : view;
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
    /// </summary>
    /// <param name="options">
    /// How. Null, the default, compares all columns that can be, but for that of time and that of groups, which differ by intent.
    /// </param>
    /// <exception cref="InvalidOperationException">A part has too few rows to compare.</exception>
    public DistributionComparison CheckDistributions(CompareDistributionsOptions? options = null)
    {
        CompareDistributionsOptions chosen = options?.Copy() ?? new CompareDistributionsOptions
        {
            ExcludedColumnNames = _namesThatDiffer,
            Seed = Seed,
        };
        chosen.FirstName ??= "dev";
        chosen.SecondName ??= "test";
        DistributionComparison comparison = new DistributionComparer(_host, chosen).Compare(Dev, Test);
        if (comparison.AreDifferent)
        {
            using IChannel channel = _host.Start("Comparing distributions");
            channel.Warning(MessageSensitivity.Schema, comparison.Verdict);
        }

        return comparison;
    }

    /// <summary>A line such as <c>train 1,078 rows (60.0 %), dev 359 (20.0 %), test 360 (20.0 %)</c>.</summary>
    public override string ToString()
    {
        double all = TrainRows + TrainDevRows + DevRows + TestRows;
        string trainDev = TrainDev is null ? "" : $", {Describe("train-dev", TrainDevRows)}";
        return $"{Describe("train", TrainRows, " rows")}{trainDev}, {Describe("dev", DevRows)}, {Describe("test", TestRows)}";

        string Describe(string name, long rows, string unit = "") =>
            string.Create(CultureInfo.InvariantCulture, $"{name} {rows:N0}{unit} ({100 * rows / all:0.0} %)");
    }
}
