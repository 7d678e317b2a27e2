using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Distributions;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Splits;
using MLNet.DeepExt.Tests.Splits;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Distributions;

/// <summary>Rows of one distribution are not called different, others are, and the right features give them away.</summary>
[Trait("Spec", "B4")]
public sealed class CompareDistributionsTests
{
    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData(null)]
    [InlineData("Label")]
    public void Of_200_splits_of_rows_of_one_distribution_at_most_10_are_called_different(string? stratifiedBy)
    {
        int different = 0;
        Parallel.For(0, 200, seed =>
        {
            var context = new MLContext(seed);
            TrainDevTestData split = context.Data.TrainDevTestSplit(
                SplitRow.Load(context, SplitRow.Rows(220, seed)), 0.4, 0.4, labelColumnName: stratifiedBy, seed: seed);
            if (split.CheckDistributions(new() { ColumnNames = ["Number", "Label", "Flag", "Features"] }).AreDifferent)
                Interlocked.Increment(ref different);
        });
        Assert.InRange(different, 0, 10); // 5 %
    }

    [Fact]
    public void A_split_and_a_context_say_the_same_of_the_same_rows_every_time()
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            TrainDevTestData split = _context.Data.TrainDevTestSplit(
                SplitRow.Load(_context, SplitRow.Rows(150, seed)), 0.4, 0.4, seed: seed);
            var options = new CompareDistributionsOptions { ColumnNames = ["Number", "Features"] };
            string expected = split.CheckDistributions(options).ToString();
            options.FirstName = "dev";
            options.SecondName = "test";
            Assert.Equal(expected, _context.Data.CompareDistributions(split.Dev, split.Test, options).ToString());
            Assert.Equal(expected, new MLContext().Data.CompareDistributions(split.Dev, split.Test, options).ToString());
        }
    }

    [Fact]
    public void A_difference_that_is_certain_but_small_is_not_called_different_unless_asked_for()
    {
        // A tenth of a standard deviation: an AUC of 0.528.
        IDataView first = Numbers(1, 0), second = Numbers(2, 0.1f);
        DistributionComparison comparison = _context.Data.CompareDistributions(first, second);
        Assert.False(comparison.AreDifferent, comparison.Verdict);
        Assert.True(comparison.Features[0].AdjustedPValue < 0.001);
        Assert.InRange(comparison.Features[0].Effect, 0.02, 0.06);
        Assert.Matches(
            @"^The first rows and the second rows show no difference that matters: a classifier tells their rows apart with an AUC of " +
            @"0\.5\d\d \(0\.\d{3} to 0\.\d{3}\), and 1 feature of 1 differs significantly\. A difference matters if the AUC is " +
            @"at least 0\.55 or an effect is at least 0\.1\.$", comparison.Verdict);
        Assert.True(_context.Data.CompareDistributions(
            first, second, new CompareDistributionsOptions { MinimumAuc = 0.5, MinimumEffect = 0 }).AreDifferent);

        IDataView Numbers(int seed, float by)
        {
            var random = new Random(seed);
            return VectorRow.Dense(_context, [.. Enumerable.Range(0, 6000).Select(_ => new[]
            {
                by + (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())),
            })]);
        }
    }

    [Fact]
    public void A_shifted_feature_gives_the_rows_away_and_is_first()
    {
        DistributionComparison comparison = Compare(Shifted(0), Shifted(0.3f), "Number", "Label", "Flag", "Features");
        Assert.True(comparison.AreDifferent);
        Assert.Equal("Features[1]", comparison.GivingAway[0].Name);
        Assert.True(comparison.GivingAway[0].AucLoss > 0.1);
        Assert.InRange(comparison.Auc, comparison.AucLower, comparison.AucUpper);
        Assert.True(comparison.AucLower > 0.6);
        Assert.StartsWith(
            "Dev and test come from different distributions: a classifier tells their rows apart with an AUC of ", comparison.Verdict,
            StringComparison.Ordinal);
        Assert.Contains("features of 6 give them away, foremost Features[1]", comparison.Verdict, StringComparison.Ordinal);
        Assert.EndsWith(
            "; shuffle them together and draw both again, so that the best model on one is the best on the other.", comparison.Verdict,
            StringComparison.Ordinal);

        SplitRow[] Shifted(float by)
        {
            SplitRow[] rows = SplitRow.Rows(400, by == 0 ? 1 : 2);
            foreach (SplitRow row in rows)
                row.Features[1] = row.Number * 0.2f + row.Features[0] * 0.6f + by;
            return rows;
        }
    }

    [Fact]
    public void What_no_feature_shows_alone_the_classifier_finds()
    {
        // Of either set both features are uniform; of one they are equal.
        DistributionComparison comparison = Compare(Pairs(1, equal: false), Pairs(2, equal: true), "Features");
        Assert.True(comparison.AreDifferent);
        Assert.True(comparison.AucLower > 0.7);
        Assert.All(comparison.Features, feature => Assert.True(feature.AdjustedPValue > 0.01));
        Assert.Equal(["Features[0]", "Features[1]"], comparison.GivingAway.Select(feature => feature.Name).Order());

        static SplitRow[] Pairs(int seed, bool equal)
        {
            SplitRow[] rows = SplitRow.Rows(800, seed);
            foreach (SplitRow row in rows)
                row.Features = [row.Features[0], equal ? row.Features[0] : row.Number, 1];
            return rows;
        }
    }

    [Theory]
    [InlineData(2000, 2000)]
    [InlineData(400, 4000)]
    [InlineData(4000, 400)]
    public void The_effect_of_a_category_is_the_same_whatever_the_numbers_of_rows(int dev, int test)
    {
        SplitRow[] first = SplitRow.Rows(dev, 1), second = SplitRow.Rows(test, 2);
        foreach (SplitRow row in first)
            row.Flag = false;
        foreach (SplitRow row in second)
            row.Flag = row.Id % 20 == 0;
        // Cohen's w of 0 % and 5 %: each share differs from the mean of the two by 0.025.
        double expected = Math.Sqrt(0.025 * 0.025 / 0.025 + 0.025 * 0.025 / 0.975);
        Assert.Equal(expected, Compare(first, second, "Flag").Features[0].Effect, 1e-12);
    }

    [Theory]
    [InlineData(2000, 12, "hardly tells their rows apart")] // a flag of one row in 12 of the second alone moves the AUC by 0.04
    [InlineData(600, 25, "tells their rows apart no better than by chance")]
    public void What_a_test_alone_shows_is_not_said_of_the_classifier(int count, int every, string said)
    {
        SplitRow[] first = SplitRow.Rows(count, 1), second = SplitRow.Rows(count, 2);
        foreach (SplitRow row in first)
            row.Flag = false;
        foreach (SplitRow row in second)
            row.Flag = row.Id % every == 0;
        DistributionComparison comparison = Compare(first, second, "Number", "Flag");
        Assert.True(comparison.AreDifferent);
        Assert.True(comparison.Auc < comparison.MinimumAuc, comparison.Verdict);
        Assert.Equal(["Flag"], comparison.GivingAway.Select(feature => feature.Name));
        Assert.Matches(
            $"^Dev and test come from different distributions: 1 feature of 2 differs by a test, Flag, though a classifier {said}, " +
            @"with an AUC of 0\.\d{3} \(0\.\d{3} to 0\.\d{3}\); " +
            "shuffle them together and draw " +
            @"both again, so that the best model on one is the best on the other\.$", comparison.Verdict);
    }

    [Fact]
    public void Of_many_features_that_are_tried_those_of_noise_are_not_named()
    {
        int named = 0;
        for (int seed = 1; seed <= 3; seed++)
        {
            DistributionComparison comparison = _context.Data.CompareDistributions(
                Wide(2 * seed, by: 0), Wide(2 * seed + 1, by: 1), new CompareDistributionsOptions { Seed = seed });
            Assert.Equal("Features[0]", comparison.GivingAway[0].Name);
            named += comparison.GivingAway.Count - 1;
        }

        // By a threshold for each of them there were a dozen or more.
        Assert.InRange(named, 0, 1);

        IDataView Wide(int seed, float by)
        {
            var random = new Random(seed);
            float[][] rows = [.. Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 100)
                .Select(slot => random.NextSingle() + (slot == 0 ? by : 0)).ToArray())];
            return VectorRow.Dense(_context, rows);
        }
    }

    [Fact]
    public void Groups_that_are_split_are_compared_by_one_row_of_each()
    {
        int different = 0;
        for (int seed = 1; seed <= 5; seed++)
        {
            // What a person is, rows of a person have alike.
            var random = new Random(seed);
            float[][] persons = [.. Enumerable.Range(0, 200).Select(_ => new[] { random.NextSingle(), random.NextSingle() })];
            SplitRow[] rows = SplitRow.Rows(2000, seed);
            foreach (SplitRow row in rows)
                (row.Group, row.Number, row.Features[0]) = ($"{row.Id / 10}", persons[row.Id / 10][0], persons[row.Id / 10][1]);
            TrainDevTestData split = _context.Data.TrainDevTestSplit(
                SplitRow.Load(_context, rows), 0.3, 0.3, groupColumnName: "Group", seed: seed);
            var options = new CompareDistributionsOptions { ColumnNames = ["Number", "Features", "Label"] };
            DistributionComparison comparison = split.CheckDistributions(options);
            Assert.Equal(("Group", 60, 60), (comparison.GroupColumnName, comparison.FirstRows, comparison.SecondRows));
            Assert.StartsWith("Dev and test, of each group in column 'Group' a row, ", comparison.Verdict, StringComparison.Ordinal);
            Assert.Equal(comparison.ToString(), split.CheckDistributions(options).ToString());
            different += comparison.AreDifferent ? 1 : 0;
        }

        Assert.Equal(0, different);
        SplitRow[] few = SplitRow.Rows(500);
        foreach (SplitRow row in few)
            row.Group = $"{row.Id / 25}";
        Assert.Equal(
            "Too few rows to compare: dev has 6 groups of column 'Group', a row of each, and 25 are needed; use a larger part.",
            Assert.Throws<InvalidOperationException>(() => _context.Data.TrainDevTestSplit(
                SplitRow.Load(_context, few), 0.3, 0.3, groupColumnName: "Group").CheckDistributions()).Message);
    }

    [Fact]
    public void A_split_by_time_leaves_out_its_column_and_two_data_views_leave_out_none()
    {
        TrainDevTestData split = _context.Data.TrainDevTestSplit(
            SplitRow.Load(_context, SplitRow.Rows(200)),
            new TrainDevTestSplitOptions { DevFraction = 0.3, TestFraction = 0.3, TimeColumnName = "Time" });
        Assert.DoesNotContain("Time", Names(split.CheckDistributions()));
        Assert.Contains("Time", Names(_context.Data.CompareDistributions(split.Dev, split.Test)));
        Assert.Equal(
            split.CheckDistributions().Features,
            _context.Data.CompareDistributions(split.Dev, split.Test, new CompareDistributionsOptions { ExcludedColumnNames = ["Time"] }).Features);

        static IEnumerable<string> Names(DistributionComparison comparison) => comparison.Features.Select(feature => feature.Name);
    }

    [Fact]
    public void A_split_by_group_compares_a_row_of_each_and_two_data_views_all_rows()
    {
        SplitRow[] rows = SplitRow.Rows(1000);
        foreach (SplitRow row in rows)
            row.Group = $"{row.Id / 5}";
        TrainDevTestData split = Split(seed: 1);
        DistributionComparison all = _context.Data.CompareDistributions(split.Dev, split.Test);
        Assert.Equal((null, split.DevRows, split.TestRows), (all.GroupColumnName, (long)all.FirstRows, (long)all.SecondRows));
        Assert.Contains("Group", all.Features.Select(feature => feature.Name));
        DistributionComparison ofEach = split.CheckDistributions();
        Assert.Equal(("Group", split.DevRows, split.TestRows), (ofEach.GroupColumnName, 5L * ofEach.FirstRows, 5L * ofEach.SecondRows));
        Assert.DoesNotContain("Group", ofEach.Features.Select(feature => feature.Name));
        // Which of each, the seed of the split says.
        Assert.Equal(ofEach.Features, Split(seed: 1).CheckDistributions().Features);
        Assert.NotEqual(ofEach.Features, Split(seed: 2).CheckDistributions().Features);

        TrainDevTestData Split(int seed) =>
            _context.Data.TrainDevTestSplit(SplitRow.Load(_context, rows), 0.3, 0.3, groupColumnName: "Group", seed: seed);
    }

    [Fact]
    public void Options_of_the_user_leave_out_columns_that_must_differ()
    {
        TrainDevTestData split = _context.Data.TrainDevTestSplit(
            SplitRow.Load(_context, SplitRow.Rows(200)),
            new TrainDevTestSplitOptions { DevFraction = 0.3, TestFraction = 0.3, TimeColumnName = "Time" });
        DistributionComparison comparison = split.CheckDistributions(new() { ExcludedColumnNames = ["Id", "OffsetTime"] });
        Assert.DoesNotContain(comparison.Features, feature => feature.Name is "Time" or "Id" or "OffsetTime");
        Assert.Equal(
            comparison.ToString(), split.CheckDistributions(new() { ExcludedColumnNames = ["OffsetTime", "Id"] }).ToString());
        // Who names it wants it.
        Assert.Equal(["Time"], split.CheckDistributions(new() { ColumnNames = ["Time"] }).Features.Select(feature => feature.Name));
    }

    [Fact]
    public void Columns_of_another_kind_are_refused()
    {
        IDataView data = SplitRow.Load(_context, SplitRow.Rows(30));
        IDataView keyed = _context.Transforms.Conversion.MapValueToKey("Column", "Label").Fit(data).Transform(data);
        IDataView numbers = _context.Data.LoadFromEnumerable(
            Enumerable.Range(0, 30).Select(_ => new NumberRow { Column = 1 }).ToArray());
        IDataView unnamed = _context.Data.LoadFromEnumerable(
            Enumerable.Range(0, 30).Select(_ => new KeyRow { Column = 1 }).ToArray());
        Refuse(keyed, numbers, "expected Key<UInt32, 0-2> with KeyValues, got UInt32");
        Refuse(keyed, unnamed, "expected Key<UInt32, 0-2> with KeyValues, got Key<UInt32, 0-2> without KeyValues");

        void Refuse(IDataView first, IDataView second, string message) => Assert.StartsWith(
            "Schema mismatch for compared column 'Column': " + message,
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.CompareDistributions(first, second, "Column")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20_000, 40_000, 1250, 20_000)]     // 50 million numbers: all
    [InlineData(20_000, 40_000, 9000, 2777)]       // 300 columns of text, 30 numbers each
    [InlineData(100, 20_100, 9000, 27)]            // the same share of either
    [InlineData(20_000, 20_025, 10_000_000, 25)]   // the fewest that folds need
    [InlineData(24_000, 48_000, int.MaxValue, 25)]
    public void A_network_learns_from_as_many_rows_as_memory_is_bounded_by(int rows, int all, int width, int expected)
    {
        int most = DomainClassifier.MostRows(rows, all, width);
        Assert.Equal(expected, most);
        Assert.True(most == 25 || (long)most * all / rows * width <= 50_000_000);
    }

    [Fact]
    public void A_cancelled_context_ends_a_training_and_what_comes_after_the_rows_are_read()
    {
        IDataView first = SplitRow.Load(_context, SplitRow.Rows(100, 1));
        var second = new WatchedDataView(SplitRow.Load(_context, SplitRow.Rows(100, 2)), row =>
        {
            if (row == 100)
                _context.CancelExecution();
        });
        Assert.Throws<OperationCanceledException>(() => _context.Data.CompareDistributions(first, second, "Number"));
        var callback = new CancellationCallback(CatalogEnvironment.Of(_context.Data).Register("Test"));
        Assert.Throws<OperationCanceledException>(() => callback.OnBatchEnd(default));
        Assert.Throws<OperationCanceledException>(callback.OnValidationBatchEnd);
    }

    [Fact]
    public void Categories_missing_numbers_and_dates_are_compared()
    {
        SplitRow[] first = SplitRow.Rows(300, 1), second = SplitRow.Rows(300, 2);
        Assert.Equal(["Label"], Differing(row => row.Label = row.Id % 2 == 0 ? "often" : row.Label, "Number", "Label", "Flag", "Time"));
        Assert.Equal(["Flag"], Differing(row => row.Flag = row.Id % 2 == 0, "Number", "Label", "Flag", "Time"));
        Assert.Equal(
            ["Number"], Differing(row => row.Number = row.Id % 3 == 0 ? float.NaN : row.Number, "Number", "Label", "Flag", "Time"));
        Assert.Equal(["Time"], Differing(row => row.Time = row.Time.AddDays(200), "Number", "Label", "Flag", "Time"));

        string[] Differing(Action<SplitRow> change, params string[] columns)
        {
            SplitRow[] changed = SplitRow.Rows(300, 2);
            foreach (SplitRow row in changed)
                change(row);
            DistributionComparison comparison = Compare(first, changed, columns);
            Assert.True(comparison.AreDifferent);
            return [.. comparison.Features.Where(feature => feature.AdjustedPValue < 0.01).Select(feature => feature.Name)];
        }
    }

    [Fact]
    public void Keys_are_compared_by_what_they_stand_for()
    {
        SplitRow[] rows = SplitRow.Rows(300);
        DistributionComparison comparison = _context.Data.CompareDistributions(Keyed(rows), Keyed([.. rows.Reverse()]), "Key");
        Assert.Equal((0, 1), (comparison.Features[0].Statistic, comparison.Features[0].PValue));
        Assert.Equal(DistributionTest.ChiSquare, comparison.Features[0].Test);

        IDataView Keyed(SplitRow[] some)
        {
            IDataView data = SplitRow.Load(_context, some);
            return _context.Transforms.Conversion.MapValueToKey("Key", "Label").Fit(data).Transform(data);
        }
    }

    [Fact]
    public void Rows_that_are_the_same_show_no_sign_of_a_difference()
    {
        SplitRow[] rows = SplitRow.Rows(100);
        using var culture = new CultureScope("tr-TR");
        DistributionComparison comparison = Compare(rows, rows, "Number", "Label");
        Assert.False(comparison.AreDifferent);
        Assert.Empty(comparison.GivingAway);
        Assert.Matches(
            @"^Dev and test show no sign of different distributions: a classifier tells their rows apart no better than by chance, " +
            @"with an AUC of 0\.\d{3} \(0\.\d{3} to 0\.\d{3}\), and none of 2 features differs\.$", comparison.Verdict);
        string[] lines = comparison.ToString().Split(Environment.NewLine);
        Assert.Equal("feature  test        statistic  effect   p-value  adjusted  AUC loss", lines[1]);
        Assert.Contains("Number   KS              0.000   0.000   1.0e+00   1.0e+00     0.000", lines);
    }

    [Fact]
    public void Infinite_constant_and_wholly_missing_numbers_do_no_harm()
    {
        SplitRow[] rows = SplitRow.Rows(60);
        foreach (SplitRow row in rows)
            row.Features = [row.Id % 5 == 0 ? float.PositiveInfinity : float.NegativeInfinity, 7, float.NaN];
        DistributionComparison comparison = Compare(rows[..30], rows[30..], "Features");
        Assert.False(comparison.AreDifferent);
        Assert.Equal([1, 1], comparison.Features.Skip(1).Select(feature => feature.PValue));
        Assert.True(double.IsFinite(comparison.Auc));
    }

    [Fact]
    public void Of_many_rows_a_sample_is_compared_and_the_seed_decides_which()
    {
        IDataView first = SplitRow.Load(_context, SplitRow.Rows(500, 1)), second = SplitRow.Load(_context, SplitRow.Rows(300, 2));
        DistributionComparison one = Sampled(5), same = Sampled(5), other = Sampled(6);
        Assert.Equal((100, 100), (one.FirstRows, one.SecondRows));
        Assert.Equal(one.ToString(), same.ToString());
        Assert.NotEqual(one.Features[0].Statistic, other.Features[0].Statistic);

        DistributionComparison Sampled(int seed) => _context.Data.CompareDistributions(
            first, second, new CompareDistributionsOptions { MaximumRows = 100, Seed = seed, ColumnNames = ["Number", "Features"] });
    }

    [Fact]
    public void Columns_of_other_types_are_left_out_and_told()
    {
        IDataView data = SplitRow.Load(_context, SplitRow.Rows(60));
        data = _context.Transforms.Text.TokenizeIntoWords("Words", "Group").Fit(data).Transform(data);
        DistributionComparison comparison = _context.Data.CompareDistributions(
            data, data, new CompareDistributionsOptions { ExcludedColumnNames = ["Id", "Group"] });
        Assert.Equal(["Words"], comparison.SkippedColumns);
        Assert.DoesNotContain(comparison.Features, feature => feature.Name is "Id" or "Group");
        Assert.StartsWith(
            "Schema mismatch for compared column 'Words': " +
            "expected a number, a known-size vector of Single, a date, a key, Boolean or String, got ",
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.CompareDistributions(data, data, "Words")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_warns_where_dev_and_test_differ()
    {
        var log = new LogRecorder(_context, "TrainDevTestSplit");
        SplitRow[] rows = SplitRow.Rows(1000);
        IDataView data = Selected();
        Assert.False(_context.Data.TrainDevTestSplit(data, 0.2, 0.2, seed: 3).CheckDistributions().AreDifferent);
        Assert.Empty(log.Of(ChannelMessageKind.Warning));

        // By time, where what is measured drifts.
        foreach (SplitRow row in rows)
            row.Number += (float)(row.Time - new DateTime(2020, 1, 1)).TotalDays / 100;
        TrainDevTestData split = _context.Data.TrainDevTestSplit(
            Selected(), new TrainDevTestSplitOptions { DevFraction = 0.2, TestFraction = 0.2, TimeColumnName = "Time" });
        DistributionComparison comparison = split.CheckDistributions();
        Assert.Equal(["Number", "Label"], comparison.Features.Select(feature => feature.Name));
        Assert.True(comparison.AreDifferent);
        Assert.Equal([comparison.Verdict], log.Of(ChannelMessageKind.Warning));
        Assert.EndsWith(
            "; rows change with time, so choose and judge models by rows that are as new as those they are for.", comparison.Verdict,
            StringComparison.Ordinal);

        IDataView Selected()
        {
            IDataView all = SplitRow.Load(_context, rows);
            return _context.Transforms.SelectColumns("Number", "Label", "Time").Fit(all).Transform(all);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(24)]
    public void Too_few_rows_are_refused(int count)
    {
        Assert.Equal(
            FormattableString.Invariant($"Too few rows to compare: test has {count}, and 25 are needed; use a larger part."),
            Assert.Throws<InvalidOperationException>(() => Compare(SplitRow.Rows(30), SplitRow.Rows(count), "Number")).Message);
    }

    public static TheoryData<CompareDistributionsOptions, string> Faults => new()
    {
        { new() { ColumnNames = [] }, "ColumnNames is empty; name a column, or use null for all." },
        { new() { ColumnNames = ["A", "A"] }, "ColumnNames has 'A' twice; name each column once." },
        { new() { FirstName = "" }, "FirstName or SecondName is empty; name what is compared." },
        { new() { Confidence = 1.5 }, "Confidence must be in (0, 1) but is 1.5; 0.95 is the default." },
        { new() { MinimumAuc = 0.4 }, "MinimumAuc must be in [0.5, 1) but is 0.4; 0.55 is the default." },
        { new() { MinimumEffect = 1.5 }, "MinimumEffect must be in [0, 1) but is 1.5; 0.1 is the default." },
        { new() { MaximumRows = 24 }, "MaximumRows must be from 25 to 50000000 but is 24; 20000 is the default." },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Impossible_options_are_refused(CompareDistributionsOptions options, string message)
    {
        using var culture = new CultureScope("tr-TR");
        IDataView data = SplitRow.Load(_context, SplitRow.Rows(30));
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => _context.Data.CompareDistributions(data, data, options)).WithoutParameter());
    }

    [Fact]
    public void Columns_that_one_of_the_two_lacks_are_refused()
    {
        IDataView first = SplitRow.Load(_context, SplitRow.Rows(30));
        IDataView second = _context.Transforms.DropColumns("Number").Fit(first).Transform(first);
        Assert.StartsWith(
            "Could not find compared column 'Number'",
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.CompareDistributions(first, second, "Number")).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.CompareDistributions(first, first, "Nowhere"));
    }

    private DistributionComparison Compare(SplitRow[] first, SplitRow[] second, params string[] columns) =>
        _context.Data.CompareDistributions(SplitRow.Load(_context, first), SplitRow.Load(_context, second), new CompareDistributionsOptions
        {
            ColumnNames = columns,
            FirstName = "dev",
            SecondName = "test",
            Seed = 1,
        });

    private sealed class NumberRow
    {
        public uint Column { get; set; }
    }

    private sealed class KeyRow
    {
        [KeyType(3)]
        public uint Column { get; set; }
    }
}
