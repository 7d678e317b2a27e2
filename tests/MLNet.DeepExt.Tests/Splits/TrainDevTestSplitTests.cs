using CsCheck;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Splits;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Splits;

/// <summary>Every row is in one part, and parts have the sizes and the rows that they should.</summary>
[Trait("Spec", "B4")]
public sealed class TrainDevTestSplitTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Every_row_is_in_one_part_whatever_the_shape()
    {
        int splits = 0;
        Gen.Select(Gen.Int[3, 300], Gen.Double[0.01, 0.4], Gen.Double[0.01, 0.4], Gen.Bool, Gen.Int[0, 5], Gen.Int).Sample(
            (count, dev, test, hasTrainDev, way, seed) =>
            {
                SplitRow[] rows = SplitRow.Rows(count, seed);
                var options = new TrainDevTestSplitOptions
                {
                    DevFraction = dev,
                    TestFraction = test,
                    TrainDevFraction = hasTrainDev ? 0.15 : null,
                    LabelColumnName = way is 1 or 4 ? "Label" : null,
                    GroupColumnName = way is 2 or 4 ? "Group" : null,
                    TimeColumnName = way == 3 ? "Time" : null,
                    ByContent = way == 5,
                    Seed = seed,
                };
                TrainDevTestData split;
                try
                {
                    split = _context.Data.TrainDevTestSplit(SplitRow.Load(_context, rows), options);
                }
                catch (InvalidOperationException exception)
                {
                    Assert.Contains("would get none of the", exception.Message, StringComparison.Ordinal);
                    return;
                }

                Interlocked.Increment(ref splits);
                int[][] parts = SplitParts.Of(split);
                Assert.Equal(Enumerable.Range(0, count), parts.SelectMany(part => part).Order());
                Assert.All(parts, part => Assert.Equal(part.Order(), part)); // in the order of the data
                Assert.Equal(parts.Select(part => (long)part.Length), RowsOf(split));
                Assert.Equal(hasTrainDev, split.TrainDev is not null);
                if (way is 2 or 4)
                    AssertDisjoint(parts, id => rows[id].Group);
                if (way is 0 or 1 or 3)
                {
                    double[] fractions = [1 - dev - test - (hasTrainDev ? 0.15 : 0), hasTrainDev ? 0.15 : 0, dev, test];
                    Assert.All(parts.Zip(fractions), pair => Assert.InRange(pair.First.Length - pair.Second * count, -1, 1));
                }
            },
            iter: 150);
        Assert.InRange(splits, 75, int.MaxValue); // most shapes leave no part empty
    }

    [Theory]
    [InlineData(0.2, 0.2, 1797, new long[] { 1078, 0, 360, 359 })] // 359.4 twice: of equal remainders that of dev is rounded up
    [InlineData(0.2, 0.2, 10, new long[] { 6, 0, 2, 2 })]
    [InlineData(0.01, 0.01, 1000, new long[] { 980, 0, 10, 10 })]
    [InlineData(0.1, 0.1, 10, new long[] { 8, 0, 1, 1 })]
    [InlineData(0.29, 0.29, 100, new long[] { 42, 0, 29, 29 })]
    public void Fractions_give_sizes_that_add_up(double dev, double test, int rows, long[] expected)
    {
        TrainDevTestData split = _context.Data.TrainDevTestSplit(SplitRow.Load(_context, SplitRow.Rows(rows)), dev, test);
        Assert.Equal(expected, RowsOf(split));
    }

    [Fact]
    public void Counts_give_these_counts()
    {
        TrainDevTestData split = _context.Data.TrainDevTestSplit(
            SplitRow.Load(_context, SplitRow.Rows(100)), new TrainDevTestSplitOptions { DevCount = 7, TestCount = 11, TrainDevCount = 5 });
        Assert.Equal([77, 5, 7, 11], RowsOf(split));
        Assert.Equal([77, 5, 7, 11], SplitParts.Of(split).Select(part => part.Length));
        Assert.Equal("train 77 rows (77.0 %), train-dev 5 (5.0 %), dev 7 (7.0 %), test 11 (11.0 %)", split.ToString());
    }

    [Theory]
    [InlineData("Label")]
    [InlineData("Flag")]
    [InlineData("Number")]
    [InlineData("Key")]
    public void Every_part_has_its_share_of_every_label(string label)
    {
        SplitRow[] rows = SplitRow.Rows(1003);
        IDataView data = SplitRow.Load(_context, rows);
        if (label == "Key")
            data = _context.Transforms.Conversion.MapValueToKey("Key", "Label").Fit(data).Transform(data);
        TrainDevTestData split = _context.Data.TrainDevTestSplit(data, new TrainDevTestSplitOptions
        {
            DevFraction = 0.1,
            TestFraction = 0.07,
            TrainDevFraction = 0.05,
            LabelColumnName = label,
        });
        float[] sorted = [.. rows.Select(row => row.Number).Order()];
        foreach (IGrouping<object, SplitRow> same in rows.GroupBy<SplitRow, object>(row => label switch
        {
            "Flag" => row.Flag,
            "Number" => Enumerable.Range(1, 9).Count(bin => sorted[bin * 1003 / 10] <= row.Number),
            _ => row.Label,
        }))
        {
            int[][] parts = SplitParts.Of(split);
            for (int part = 0; part < 4; part++)
            {
                double wanted = (double)same.Count() * parts[part].Length / rows.Length;
                Assert.InRange(parts[part].Count(id => same.Contains(rows[id])), Math.Floor(wanted), Math.Ceiling(wanted));
            }
        }
    }

    [Fact]
    public void Shares_of_many_small_labels_add_up_to_the_parts()
    {
        Gen.Select(Gen.Int[1, 12].Array[1, 60], Gen.Int[1, 10].Array[4], Gen.ULong).Sample((labels, weights, seed) =>
        {
            int rows = labels.Sum();
            int[] sizes = [.. weights.Select(weight => rows * weight / weights.Sum())];
            sizes[0] += rows - sizes.Sum();
            int[][] quotas = PartSizes.OfStrata(sizes, labels, new Neural.Primitives.CounterRandom(seed));
            Assert.Equal(labels, quotas.Select(quota => quota.Sum()));
            for (int part = 0; part < sizes.Length; part++)
            {
                Assert.Equal(sizes[part], quotas.Sum(quota => quota[part]));
                Assert.All(quotas.Zip(labels), pair =>
                    Assert.InRange(pair.First[part] - (double)pair.Second * sizes[part] / rows, -1, 1));
            }
        });
    }

    [Fact]
    public void Missing_labels_and_missing_values_are_a_label_of_their_own()
    {
        SplitRow[] rows = SplitRow.Rows(200);
        foreach (SplitRow row in rows[..100])
            row.Number = float.NaN;
        TrainDevTestData split = _context.Data.TrainDevTestSplit(SplitRow.Load(_context, rows), 0.1, 0.1, labelColumnName: "Number");
        Assert.Equal([80, 0, 10, 10], SplitParts.Of(split).Select(part => part.Count(id => id < 100)));
    }

    [Fact]
    public void A_label_of_too_few_rows_is_warned_of()
    {
        var log = new LogRecorder(_context, "TrainDevTestSplit");
        SplitRow[] rows = SplitRow.Rows(100);
        rows[3].Label = "once";
        _context.Data.TrainDevTestSplit(SplitRow.Load(_context, rows), labelColumnName: "Label");
        Assert.Equal(
            ["1 of 4 labels in column 'Label' have no row in one of the 3 parts or more; use larger parts, or more rows of them."],
            log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void A_label_of_rows_enough_that_is_missing_from_a_part_is_warned_of()
    {
        // Of 4 rows of the label and 3 parts, test has 1 % of all rows.
        SplitRow[] rows = SplitRow.Rows(1000);
        foreach (SplitRow row in rows)
            row.Label = row.Id < 4 ? "few" : "many";
        var log = new LogRecorder(_context, "TrainDevTestSplit");
        _context.Data.TrainDevTestSplit(SplitRow.Load(_context, rows), 0.2, 0.001, labelColumnName: "Label");
        Assert.Equal(
            ["1 of 2 labels in column 'Label' have no row in one of the 3 parts or more; use larger parts, or more rows of them."],
            log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void A_label_of_one_group_is_warned_of()
    {
        SplitRow[] rows = SplitRow.Rows(1000);
        foreach (SplitRow row in rows)
            (row.Label, row.Group) = row.Id < 50 ? ("few", "one") : ("many", $"{row.Id / 10}");
        var log = new LogRecorder(_context, "TrainDevTestSplit");
        _context.Data.TrainDevTestSplit(SplitRow.Load(_context, rows), 0.2, 0.2, "Label", "Group");
        Assert.Equal(
            ["1 of 2 labels in column 'Label' have no row in one of the 3 parts or more; " +
                "use larger parts, or more rows and groups of them."],
            log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void Rows_of_one_label_are_split_as_if_there_were_none()
    {
        SplitRow[] rows = SplitRow.Rows(50);
        foreach (SplitRow row in rows)
            row.Label = "all";
        Assert.Equal([40, 0, 5, 5], RowsOf(_context.Data.TrainDevTestSplit(SplitRow.Load(_context, rows), labelColumnName: "Label")));
    }

    [Fact]
    public void Every_row_has_the_same_chance_of_every_part()
    {
        IDataView data = SplitRow.Load(_context, SplitRow.Rows(10));
        var inTest = new int[10];
        const int Splits = 3000;
        for (int seed = 0; seed < Splits; seed++)
        {
            foreach (int id in SplitParts.Of(_context.Data.TrainDevTestSplit(data, 0.2, 0.2, seed: seed))[3])
                inTest[id]++;
        }

        // 0.2, and four standard errors to either side.
        Assert.All(inTest, count => Assert.InRange(count / (double)Splits, 0.17, 0.23));
    }

    [Fact]
    public void Groups_come_near_the_sizes_and_a_huge_one_is_learned_from()
    {
        SplitRow[] rows = SplitRow.Rows(2000);
        int[][] parts = SplitParts.Of(_context.Data.TrainDevTestSplit(SplitRow.Load(_context, rows), 0.2, 0.2, groupColumnName: "Group"));
        AssertDisjoint(parts, id => rows[id].Group);
        Assert.InRange(parts[2].Length, 393, 407);
        Assert.InRange(parts[3].Length, 393, 407);

        foreach (SplitRow row in rows[1000..])
            row.Group = "huge";
        parts = SplitParts.Of(_context.Data.TrainDevTestSplit(SplitRow.Load(_context, rows), 0.2, 0.2, groupColumnName: "Group"));
        Assert.Contains(1999, parts[0]);
        Assert.InRange(parts[2].Length, 393, 407);
        Assert.InRange(parts[3].Length, 393, 407);
    }

    [Fact]
    public void Groups_with_labels_come_near_the_share_of_every_label()
    {
        SplitRow[] rows = SplitRow.Rows(3000);
        int[][] parts = SplitParts.Of(_context.Data.TrainDevTestSplit(SplitRow.Load(_context, rows), 0.2, 0.2, "Label", "Group"));
        AssertDisjoint(parts, id => rows[id].Group);
        foreach (IGrouping<string, SplitRow> same in rows.GroupBy(row => row.Label))
        {
            for (int part = 2; part < 4; part++)
                Assert.InRange(parts[part].Count(id => rows[id].Label == same.Key) - 0.2 * same.Count(), -8, 8);
        }
    }

    [Fact]
    public void Groups_keep_together_whatever_their_type()
    {
        SplitRow[] rows = SplitRow.Rows(400);
        foreach (SplitRow row in rows)
            row.Time = new DateTime(2020, 1, 1 + row.Id / 16);
        IDataView data = _context.Transforms.Conversion.MapValueToKey("Key", "Group").Fit(SplitRow.Load(_context, rows))
            .Transform(SplitRow.Load(_context, rows));
        AssertDisjoint(SplitParts.Of(_context.Data.TrainDevTestSplit(data, 0.2, 0.2, groupColumnName: "Key")), id => rows[id].Group);
        AssertDisjoint(SplitParts.Of(_context.Data.TrainDevTestSplit(data, 0.2, 0.2, groupColumnName: "Time")), id => id / 16);
    }

    [Fact]
    public void Rows_that_are_all_of_one_group_cannot_be_split()
    {
        SplitRow[] rows = SplitRow.Rows(50);
        foreach (SplitRow row in rows)
            row.Group = "one";
        SplitParts.AssertRefused(
            _context,
            "Dev would get none of the 50 rows; the groups of column 'Group' are too few or too large; " +
            "use a larger fraction for it, or more groups.",
            rows, new TrainDevTestSplitOptions { GroupColumnName = "Group" });
    }

    [Fact]
    public void Counts_that_add_up_to_more_than_64_bits_are_refused()
    {
        SplitParts.AssertRefused(
            _context,
            "The counts add up to 18446744073709551614 but there are 10 rows, which leaves none to learn from; " +
            "use smaller counts, or more rows.",
            SplitRow.Rows(10), new TrainDevTestSplitOptions { DevCount = long.MaxValue, TestCount = long.MaxValue });
    }

    [Theory]
    [InlineData(0, "Train")]
    [InlineData(1, "Dev")]
    [InlineData(2, "Test")]
    public void Too_few_rows_are_refused(int count, string part)
    {
        SplitParts.AssertRefused(
            _context,
            FormattableString.Invariant($"{part} would get none of the {count} rows; use larger fractions or counts for it, or more rows."),
            SplitRow.Rows(count), new TrainDevTestSplitOptions { DevFraction = 0.3, TestFraction = 0.3 - 0.01 });
        SplitParts.AssertRefused(
            _context,
            FormattableString.Invariant(
                $"The counts add up to 2 but there are {count} rows, which leaves none to learn from; use smaller counts, or more rows."),
            SplitRow.Rows(count), new TrainDevTestSplitOptions { DevCount = 1, TestCount = 1 });
    }

    [Fact]
    public void A_fraction_too_small_for_a_row_is_refused()
    {
        SplitParts.AssertRefused(
            _context,
            "Test would get none of the 20 rows; use larger fractions or counts for it, or more rows.",
            SplitRow.Rows(20), new TrainDevTestSplitOptions { TestFraction = 0.01 });
    }

    [Fact]
    public void The_seed_decides_in_every_context_and_culture()
    {
        IDataView data = SplitRow.Load(_context, SplitRow.Rows(100));
        using var culture = new CultureScope("tr-TR");
        var other = new MLContext(seed: 77);
        TrainDevTestData split = _context.Data.TrainDevTestSplit(data, labelColumnName: "Label", seed: 5);
        Assert.Equal(SplitParts.Of(split), SplitParts.Of(other.Data.TrainDevTestSplit(data, labelColumnName: "Label", seed: 5)));
        Assert.NotEqual(SplitParts.Of(split), SplitParts.Of(other.Data.TrainDevTestSplit(data, labelColumnName: "Label", seed: 6)));
        TrainDevTestData drawn = _context.Data.TrainDevTestSplit(data, labelColumnName: "Label");
        Assert.Equal(SplitParts.Of(drawn), SplitParts.Of(other.Data.TrainDevTestSplit(data, labelColumnName: "Label", seed: drawn.Seed)));
    }

    public static TheoryData<TrainDevTestSplitOptions, string> Faults => new()
    {
        {
            new() { DevFraction = 0.1, TestCount = 5 },
            "Counts and fractions are both set; set the sizes of all parts in one of the two ways."
        },
        { new() { DevCount = 3 }, "DevCount and TestCount must be set together; set both, or fractions." },
        { new() { DevCount = 0, TestCount = 5 }, "DevCount must be at least 1 but is 0; for two parts alone there is TrainTestSplit." },
        {
            new() { DevCount = 1, TestCount = 5, TrainDevCount = -1 },
            "TrainDevCount must be at least 1 but is -1; use null for no such part."
        },
        { new() { TestFraction = 0 }, "TestFraction must be in (0, 1) but is 0; for two parts alone there is TrainTestSplit." },
        { new() { DevFraction = double.NaN }, "DevFraction must be in (0, 1) but is NaN; for two parts alone there is TrainTestSplit." },
        { new() { TrainDevFraction = 1.5 }, "TrainDevFraction must be in (0, 1) but is 1.5; use null for no such part." },
        {
            new() { DevFraction = 0.5, TestFraction = 0.5 },
            "The fractions of dev, test and train-dev add up to 1, which leaves no row to learn from; use less than 1."
        },
        {
            new() { DevFraction = 0.1, TestFraction = 0.2, TrainDevFraction = 0.7 }, // 2.8e-17 below 1 as it is added up
            "The fractions of dev, test and train-dev add up to 1, which leaves no row to learn from; use less than 1."
        },
        { new() { LabelBins = 1 }, "LabelBins must be at least 2 but is 1; 10 is the default." },
        { new() { LabelBins = 1001 }, "LabelBins must be at most 1000 but is 1001; 10 is the default." },
        {
            new() { TimeColumnName = "Time", LabelColumnName = "Label" },
            "TimeColumnName and LabelColumnName are both set, but a split by time can neither balance labels " +
                "nor keep groups together; set one of them to null."
        },
        {
            new() { TimeColumnName = "Time", GroupColumnName = "Group" },
            "TimeColumnName and GroupColumnName are both set, but a split by time can neither balance labels " +
                "nor keep groups together; set one of them to null."
        },
        {
            new() { ByContent = true, TimeColumnName = "Time" },
            "ByContent and TimeColumnName are both set, but where time is cut depends on all rows; leave one out."
        },
        {
            new() { ByContent = true, LabelColumnName = "Label" },
            "ByContent and LabelColumnName are both set, but how many rows a label has depends on all rows; leave one out."
        },
        {
            new() { ByContent = true, DevCount = 1, TestCount = 1 },
            "ByContent and counts are both set, but how many rows there are depends on all rows; set fractions."
        },
        {
            new() { ContentColumnNames = ["Id"] },
            "ContentColumnNames is set but rows do not go by their content; set ByContent, and no GroupColumnName."
        },
        { new() { ByContent = true, ContentColumnNames = [] }, "ContentColumnNames is empty; name a column, or use null for all." },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Options_that_contradict_themselves_are_refused(TrainDevTestSplitOptions options, string message)
    {
        using var culture = new CultureScope("tr-TR");
        IDataView data = SplitRow.Load(_context, SplitRow.Rows(10));
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => _context.Data.TrainDevTestSplit(data, options)).WithoutParameter());
    }

    [Theory]
    [InlineData("Nowhere", null, null, "Could not find label column 'Nowhere'")]
    [InlineData(
        "Features", null, null,
        "Schema mismatch for label column 'Features': expected a key, a number, Boolean or String, got Vector<Single, 3>")]
    [InlineData(null, "Nowhere", null, "Could not find group column 'Nowhere'")]
    [InlineData(null, null, "Label", "Schema mismatch for time column 'Label': expected DateTime, DateTimeOffset or a number, got String")]
    public void Columns_that_are_missing_or_of_another_type_are_refused(string? label, string? group, string? time, string message)
    {
        IDataView data = SplitRow.Load(_context, SplitRow.Rows(10));
        var options = new TrainDevTestSplitOptions { LabelColumnName = label, GroupColumnName = group, TimeColumnName = time };
        Assert.StartsWith(
            message, Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.TrainDevTestSplit(data, options)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_context_ends_the_split()
    {
        IDataView data = SplitRow.Load(_context, SplitRow.Rows(10));
        _context.CancelExecution();
        Assert.Throws<OperationCanceledException>(() => _context.Data.TrainDevTestSplit(data));
    }

    private static long[] RowsOf(TrainDevTestData split) => [split.TrainRows, split.TrainDevRows, split.DevRows, split.TestRows];

    private static void AssertDisjoint<T>(int[][] parts, Func<int, T> keyOf)
    {
        T[] keys = [.. parts.SelectMany(part => part.Select(keyOf).Distinct())];
        Assert.Equal(keys.Distinct().Count(), keys.Length);
    }
}
