using CsCheck;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Data.Oversampling;

/// <summary>Synthetic rows are what N. V. Chawla et al. say that they are, checked against every pair of rows.</summary>
[Trait("Spec", "B3")]
public sealed class OversampleMinorityTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Every_synthetic_row_lies_between_a_row_of_its_class_and_one_of_the_nearest_to_it()
    {
        Gen.Select(Gen.Int[1, 6], Gen.Int[7, 60], Gen.Int[7, 60], Gen.Int[0, 1000]).Sample(
            (neighbors, rare, other, seed) =>
            {
                ClassRow[] rows = ClassRow.Generate(seed, 70, rare, other);
                ClassRow[] synthetic = Synthetic(rows, neighbors: neighbors, seed: seed);
                Assert.Equal(140 - rare - other, synthetic.Length);
                foreach (ClassRow row in synthetic)
                {
                    // Number is that of the row that it starts from.
                    ClassRow start = rows[row.Number];
                    Assert.Equal(start.Label, row.Label);
                    ClassRow[] nearest = [.. rows.Where(candidate => candidate.Label == start.Label && candidate != start)
                        .OrderBy(candidate => Distance(start, candidate)).Take(neighbors)];
                    Assert.Contains(nearest, end => IsBetween(row.Features, start.Features, end.Features));
                }
            },
            iter: 50,
            seed: "0000KOIPe036");
    }

    [Fact]
    public void Places_on_the_way_and_neighbors_are_drawn_uniformly()
    {
        // Two rows: one way, from either end.
        ClassRow[] rows = [.. ClassRow.Generate(1, 3000), Rare(0, 0, 0), Rare(1, 2, 3)];
        double[] shares = [.. Synthetic(rows, neighbors: 1)
            .Select(row => (double)(row.Number == 3000 ? row.Features[0] : 1 - row.Features[0])).Order()];
        Assert.Equal(2998, shares.Length);
        for (int i = 0; i < shares.Length; i++)
            Assert.Equal((double)i / shares.Length, shares[i], 1.95 / Math.Sqrt(shares.Length)); // Kolmogorov and Smirnov, 0.1 %

        // Three rows: the ways from the first go along two axes.
        rows = [.. ClassRow.Generate(1, 3000), Rare(0, 0, 0), Rare(1, 0, 0), Rare(0, 1, 0)];
        ClassRow[] fromFirst = [.. Synthetic(rows, neighbors: 2).Where(row => row.Number == 3000)];
        Assert.InRange(fromFirst.Count(row => row.Features[0] > 0), 436, 563); // 999 / 2, four deviations to each side

        static ClassRow Rare(params float[] features) =>
            new() { Label = 1, Number = 3000 + (int)(features[0] + 2 * features[1]), Features = features };
    }

    [Theory]
    [InlineData(1, new[] { 50, 50, 50 })]
    [InlineData(0.5, new[] { 50, 30, 25 })]
    [InlineData(0.25, new[] { 50, 30, 13 })]
    [InlineData(0.01, new[] { 50, 30, 8 })]
    [InlineData(0.56, new[] { 50, 30, 28 })] // no 29th row for the last bits of 0.56·50
    public void Classes_get_as_many_rows_as_the_share_says_and_no_class_loses_any(double share, int[] expected)
    {
        ClassRow[] rows = ClassRow.Generate(1, 50, 30, 8);
        ClassRow[] all = ClassRow.Read(_context, _context.Data.OversampleMinority(Load(rows), targetShare: share));
        Assert.Equal(expected, Enumerable.Range(0, 3).Select(label => all.Count(row => row.Label == label)));
    }

    [Fact]
    public void The_rows_come_as_they_are_and_then_the_synthetic_ones_with_the_other_columns_of_their_start()
    {
        ClassRow[] rows = ClassRow.Generate(1, 50, 20, 10);
        IDataView source = Load(rows), data = _context.Data.OversampleMinority(source);
        Assert.Equal(source.Schema.Select(column => column.ToString()), data.Schema.Select(column => column.ToString()));
        ClassRow[] all = ClassRow.Read(_context, data);
        Assert.Equal(rows.Select(row => Text(row, row.Features)), all.Take(rows.Length).Select(row => Text(row, row.Features)));
        // But for the features, which are new, a synthetic row is the row that it starts from.
        Assert.All(all, row => Assert.Equal(Text(rows[row.Number], []), Text(row, [])));
        Assert.Equal(all.Length, all.Select(row => Text(row, row.Features)).Distinct().Count());

        static string Text(ClassRow row, float[] features) =>
            string.Join(' ', row.Label, row.Text, row.IsRare, row.Number, row.Weight, string.Join(' ', features));
    }

    [Fact]
    public void As_many_start_from_each_row_give_or_take_one()
    {
        ClassRow[] rows = ClassRow.Generate(1, 100, 30);
        int[] counts = [.. Synthetic(rows).GroupBy(row => row.Number).Select(group => group.Count())];
        Assert.Equal(30, counts.Length);
        Assert.Equal((10, 20), (counts.Count(count => count == 3), counts.Count(count => count == 2)));
    }

    [Theory]
    [InlineData("Label")]
    [InlineData("Text")]
    [InlineData("IsRare")]
    public void Labels_are_keys_texts_or_yes_and_no(string label)
    {
        ClassRow[] rows = ClassRow.Generate(1, 40, 10);
        float[][] expected = [.. Synthetic(rows).Select(row => row.Features)];
        ClassRow[] actual = ClassRow.Read(_context, _context.Data.OversampleMinority(Load(rows), label, seed: 1));
        Assert.Equal(40, actual.Count(row => row.IsRare));
        Assert.Equal(expected, actual[rows.Length..].Select(row => row.Features));
    }

    [Fact]
    public void Rows_without_a_label_stay_and_get_no_others()
    {
        ClassRow[] rows = ClassRow.Generate(1, 40, 10);
        foreach (ClassRow row in rows.Take(5))
            (row.Label, row.Text, row.Features) = (uint.MaxValue, "", [float.NaN, 1, 1]);
        foreach (string label in (ReadOnlySpan<string>)["Label", "Text"])
        {
            ClassRow[] all = ClassRow.Read(_context, _context.Data.OversampleMinority(Load(rows), label, neighbors: 2));
            Assert.Equal(5, all.Count(row => row.Label == uint.MaxValue));
            Assert.Equal(all.Count(row => row.Label == 0), all.Count(row => row.Label == 1));
        }
    }

    [Fact]
    public void Where_no_class_needs_more_the_data_is_returned_itself()
    {
        IDataView data = Load(ClassRow.Generate(1, 20, 20));
        Assert.Same(data, _context.Data.OversampleMinority(data));
    }

    [Fact]
    public void A_seed_gives_the_same_rows_each_time_they_are_read_and_another_seed_others()
    {
        IDataView source = Load(ClassRow.Generate(1, 50, 10));
        IDataView data = _context.Data.OversampleMinority(source, seed: 5);
        float[][] expected = VectorRow.Read(data);
        Assert.Equal(expected, VectorRow.Read(data));
        Assert.Equal(expected, VectorRow.Read(_context.Data.OversampleMinority(source, seed: 5)));
        Assert.NotEqual(expected, VectorRow.Read(_context.Data.OversampleMinority(source, seed: 6)));
        Assert.Equal(OfContext(3), OfContext(3));

        float[][] OfContext(int seed) => VectorRow.Read(new MLContext(seed).Data.OversampleMinority(source));
    }

    [Fact]
    public void Trainers_and_shuffles_take_the_result_like_any_data()
    {
        IDataView data = _context.Data.OversampleMinority(Load(ClassRow.Generate(1, 60, 12)), "IsRare", seed: 1);
        IDataView shuffled = _context.Data.ShuffleRows(data, seed: 1);
        Assert.Equal(Sorted(data), Sorted(shuffled));
        ITransformer model = _context.Transforms.NormalizeInputs("Features")
            .Append(_context.BinaryClassification.Trainers.NeuralNetwork("IsRare", hiddenUnits: [4], learningRate: 0.05)).Fit(data);
        Assert.InRange(_context.BinaryClassification.Evaluate(model.Transform(data), "IsRare").Accuracy, 0.9, 1);

        static IEnumerable<string> Sorted(IDataView rows) => VectorRow.Read(rows).Select(row => string.Join(' ', row)).Order();
    }

    [Fact]
    public void Categories_go_by_the_majority_of_the_neighbors_and_stay_one_hot()
    {
        ClassRow[] rows = ClassRow.Generate(2, 80, 25);
        var random = new Random(1);
        foreach (ClassRow row in rows)
            row.Text = "city " + random.Next(3);
        IDataView data = _context.Transforms.Categorical.OneHotEncoding("City", "Text")
            .Append(_context.Transforms.Concatenate("Both", "Features", "City")).Fit(Load(rows)).Transform(Load(rows));
        IDataView balanced = _context.Data.OversampleMinority(data, featureColumnName: "Both", neighbors: 4, seed: 1);
        float[][] all = VectorRow.Read(balanced, "Both");
        int[] numbers = [.. balanced.GetColumn<int>("Number")];

        ClassRow[] rare = [.. rows.Where(row => row.IsRare)];
        double[] deviations = [.. Enumerable.Range(0, 3).Select(slot => Deviation(rare.Select(row => (double)row.Features[slot]))).Order()];
        for (int i = rows.Length; i < all.Length; i++)
        {
            ClassRow start = rows[numbers[i]];
            ClassRow[] nearest = [.. rare.Where(row => row != start)
                .OrderBy(row => Math.Pow(Distance(row, start), 2) + (row.Text == start.Text ? 0 : deviations[1] * deviations[1])).Take(4)];
            Assert.Contains(nearest, end => IsBetween(all[i][..3], start.Features, end.Features));
            string city = nearest.GroupBy(row => row.Text).MaxBy(group => group.Count())!.Key; // of equals the first, whose row is nearest
            float[] expected = all[Array.FindIndex(rows, row => row.Text == city)][3..];
            Assert.Equal(expected, all[i][3..]);
        }

        static double Deviation(IEnumerable<double> values) => Math.Sqrt(values.Average(x => x * x) - Math.Pow(values.Average(), 2));
    }

    [Fact]
    public void Rows_of_categories_alone_are_those_of_their_neighbors()
    {
        ClassRow[] rows = ClassRow.Generate(2, 40, 12);
        foreach (ClassRow row in rows)
            row.Text = row.Number % 10 == 0 ? "" : row.Number % 3 == 0 ? "a" : "b";
        IDataView data = _context.Transforms.Categorical.OneHotEncoding("City", "Text").Fit(Load(rows)).Transform(Load(rows));
        float[][] all = VectorRow.Read(_context.Data.OversampleMinority(data, featureColumnName: "City"), "City");
        Assert.Equal(80, all.Length);
        Assert.All(all, row => Assert.Contains(string.Join(' ', row), all.Take(52).Select(known => string.Join(' ', known)).Distinct()));
    }

    [Fact]
    public void Sparse_rows_get_the_rows_that_dense_ones_get()
    {
        var random = new Random(5);
        SparseVectors[] rows = [.. SparseVectors.Generate(90, 20, 6, classes: 2).Where(row => row.Label == 0 || random.Next(3) == 0)];
        float[][] sparse = VectorRow.Read(_context.Data.OversampleMinority(SparseVectors.Load(_context, rows), seed: 1));
        IDataView dense = SparseVectors.Load(_context, SparseVectors.WrittenOut(rows));
        Assert.Equal(sparse, VectorRow.Read(_context.Data.OversampleMinority(dense, seed: 1)));
        Assert.True(sparse.Length > rows.Length);
    }

    [Fact]
    public void What_rows_cannot_be_made_of_is_an_error()
    {
        using var culture = new CultureScope("tr-TR");
        ClassRow[] rows = ClassRow.Generate(1, 40, 5);
        const string fewer = "has 5 rows, but 5 neighbors need 6; lower neighbors to 4, or find more rows of it.";
        ExpectOn(rows, $"Class '2' of label column 'Label' {fewer}");
        ExpectOn(rows, $"Class 'class 2' of label column 'Text' {fewer}", "Text");
        ExpectOn(rows, $"Class 'True' of label column 'IsRare' {fewer}", "IsRare");
        ExpectOn(
            ClassRow.Generate(1, 40, 1),
            "Class '2' of label column 'Label' has 1 rows, but 5 neighbors need 6; leave the class out, or find more rows of it.");
        ExpectOn(
            ClassRow.Generate(1, 40),
            "All rows with a label, 40, are of class '1', but two classes are needed; check label column 'Label'.");
        ExpectOn([], "No row has a label; check label column 'Label', and the file, or the filter, that the data comes from.");
        ExpectOn([], "No row has a label; check label column 'Text', and the file, or the filter, that the data comes from.", "Text");

        rows = ClassRow.Generate(1, 40, 10);
        int rare = Array.FindIndex(rows, row => row.IsRare);
        rows[rare].Features[1] = float.NaN;
        ExpectOn(
            rows,
            $"Row {rare + 1}, of class '2', has NaN or infinite features in column 'Features', which nothing can be put between; " +
            "replace them before, with TabularFeatures.");
        rows[rare].Features[1] = 0;
        rows[Array.FindIndex(rows, row => !row.IsRare)].Features[1] = float.NaN; // of a class that gets no rows
        Assert.Equal(80, VectorRow.Read(_context.Data.OversampleMinority(Load(rows))).Length);

        void ExpectOn(ClassRow[] bad, string message, string label = "Label") => Assert.Equal(
            message, Assert.Throws<InvalidOperationException>(() => _context.Data.OversampleMinority(Load(bad), label)).Message);
    }

    [Fact]
    public void Rows_that_are_others_when_they_are_read_again_are_an_error()
    {
        ClassRow[] rows = ClassRow.Generate(1, 40, 10);
        int readings = 0, rare = Array.FindIndex(rows, row => row.IsRare);
        const string remedy = ", so that synthetic rows would be made of rows that are not theirs; " +
            "oversample data that stays the same, such as what Cache of the context's data operations makes of it.";
        IDataView data = _context.Data.OversampleMinority(_context.Data.LoadFromEnumerable(Changing(0)));
        Assert.Equal(
            $"Row {rare + 1} has other features now than when its neighbors were found{remedy}",
            Assert.Throws<InvalidOperationException>(() => VectorRow.Read(data)).Message);

        foreach (int more in new[] { 1, -1 })
        {
            readings = 0;
            Assert.Equal(
                $"Class '2' has another number of rows now than when they were counted{remedy}",
                Assert.Throws<InvalidOperationException>(
                    () => _context.Data.OversampleMinority(_context.Data.LoadFromEnumerable(Changing(more)))).Message);
        }

        // The first two readings count and find neighbors.
        IEnumerable<ClassRow> Changing(int more)
        {
            int reading = readings++;
            foreach (ClassRow row in rows)
            {
                int times = row == rows[rare] && reading == 1 ? 1 + more : 1;
                for (int time = 0; time < times; time++)
                {
                    yield return row != rows[rare] || reading < 2 ? row : new ClassRow
                    {
                        Label = row.Label,
                        Features = [row.Features[0], row.Features[1], row.Features[2] + 1],
                    };
                }
            }
        }
    }

    [Fact]
    public void More_neighbors_than_an_array_holds_are_refused_before_they_are_looked_for()
    {
        Assert.Equal(
            "Class '2' of label column 'Label' has 50000 rows, which with 3 features and 49999 neighbors each are more than one array " +
            "can hold; lower targetShare, so that it needs no more, or neighbors.",
            Assert.Throws<InvalidOperationException>(() => _context.Data.OversampleMinority(
                Load(ClassRow.Generate(1, 50_001, 50_000)), neighbors: 49_999)).Message);
    }

    [Fact]
    public void Keys_are_told_by_number_where_they_stand_for_nothing_and_take_no_memory_for_those_that_do_not_occur()
    {
        ManyKeys[] rows = [.. Enumerable.Range(0, 20).Select(i => new ManyKeys { Label = i < 14 ? 0u : 1_000_000_000, Features = [i, 1] })];
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(28, _context.Data.OversampleMinority(data).GetColumn<uint>("Label").Count());
        Assert.Equal(
            "Class '1000000001' of label column 'Label' has 6 rows, but 6 neighbors need 7; lower neighbors to 5, or find more rows of it.",
            Assert.Throws<InvalidOperationException>(() => _context.Data.OversampleMinority(data, neighbors: 6)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void Keys_beyond_the_names_that_they_stand_for_are_told_by_number()
    {
        IDataView data = Load(ClassRow.Generate(1, 40, 5));
        var annotations = new DataViewSchema.Annotations.Builder();
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> one = (ref VBuffer<ReadOnlyMemory<char>> values) => values = new(1, ["one".AsMemory()]);
        annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, 1), one);
        var named = new LyingDataView(data, "Label", data.Schema["Label"].Type, annotations.ToAnnotations());
        Assert.StartsWith(
            "Class '2' of label column 'Label' has 5 rows, but 5 neighbors need 6",
            Assert.Throws<InvalidOperationException>(() => _context.Data.OversampleMinority(named)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_out_of_their_range_are_named_with_the_remedy()
    {
        using var culture = new CultureScope("de-DE");
        IDataView data = Load(ClassRow.Generate(1, 10, 7));
        foreach (int neighbors in new[] { 0, 1_000_001, int.MaxValue })
        {
            Expect<ArgumentException>(
                $"neighbors must be from 1 to 1000000 but is {neighbors}; 5 is the default. (Parameter 'neighbors')", neighbors: neighbors);
        }

        Expect<ArgumentException>(
            "targetShare must be in (0, 1] but is 1.5; use 1 to make all classes equal. (Parameter 'targetShare')", targetShare: 1.5);
        Expect<ArgumentException>(
            "targetShare must be in (0, 1] but is NaN; use 1 to make all classes equal. (Parameter 'targetShare')",
            targetShare: double.NaN);
        Expect<ArgumentOutOfRangeException>(
            "Could not find label column 'No'; name one of 'Label', 'Text', 'IsRare', 'Number', 'Weight', 'Features'. (Parameter 'data')",
            label: "No");
        Expect<ArgumentOutOfRangeException>(
            "Could not find feature column 'No'; name one of 'Label', 'Text', 'IsRare', 'Number', 'Weight', 'Features'. (Parameter 'data')",
            features: "No");
        Expect<ArgumentOutOfRangeException>(
            "Schema mismatch for feature column 'Weight': expected Vector<Single>, got Single; " +
            "make a vector of it with Concatenate(\"Features\", \"Weight\"). (Parameter 'data')",
            features: "Weight");
        Expect<ArgumentOutOfRangeException>(
            "Schema mismatch for label column 'Weight': expected Key<UInt32>, Boolean or String, got Single; " +
            "make keys of it with Conversion.MapValueToKey(\"Weight\"). (Parameter 'data')",
            label: "Weight");

        void Expect<T>(
            string message, string label = "Label", string features = "Features", int neighbors = 5, double targetShare = 1)
            where T : Exception => Assert.Equal(
                message,
                Assert.Throws<T>(() => _context.Data.OversampleMinority(data, label, features, neighbors, targetShare)).Message);
    }

    [Fact]
    public void Cancelling_the_context_stops_it()
    {
        foreach (int at in (ReadOnlySpan<int>)[100, 3100, 6100])
        {
            var context = new MLContext(seed: 1);
            int seen = 0;
            IDataView data = new WatchedDataView(Load(ClassRow.Generate(1, 2900, 100)), _ =>
            {
                if (++seen == at)
                    context.CancelExecution();
            });
            Assert.Throws<OperationCanceledException>(() => context.Data.OversampleMinority(data, "Text"));
            Assert.InRange(seen, at, at + 1025);
        }
    }

    private static double Distance(ClassRow first, ClassRow second) =>
        Math.Sqrt(first.Features.Zip(second.Features, (x, y) => ((double)x - y) * ((double)x - y)).Sum());

    // Whether x = a + u·(b - a) for one u in [0, 1].
    private static bool IsBetween(float[] x, float[] a, float[] b)
    {
        double length = a.Zip(b, (from, to) => ((double)to - from) * ((double)to - from)).Sum();
        double share = x.Zip(a.Zip(b)).Sum(v => ((double)v.First - v.Second.First) * ((double)v.Second.Second - v.Second.First)) / length;
        return share is >= -1e-6 and <= 1 + 1e-6
            && x.Zip(a.Zip(b)).All(v => Math.Abs(v.Second.First + share * ((double)v.Second.Second - v.Second.First) - v.First) < 1e-5);
    }

    private IDataView Load(ClassRow[] rows) => _context.Data.LoadFromEnumerable(rows);

    private ClassRow[] Synthetic(ClassRow[] rows, int neighbors = 5, int seed = 1) =>
        ClassRow.Read(_context, _context.Data.OversampleMinority(Load(rows), neighbors: neighbors, seed: seed))[rows.Length..];

    private sealed class ManyKeys
    {
        [KeyType(1UL << 30)]
        public uint Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }
}
