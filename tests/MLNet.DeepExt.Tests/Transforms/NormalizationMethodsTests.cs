using CsCheck;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Transforms;

namespace MLNet.DeepExt.Tests.Transforms;

/// <summary>What holds for every method of normalization.</summary>
[Trait("Spec", "B1")]
public sealed class NormalizationMethodsTests
{
    private readonly MLContext _context = new(seed: 1);

    public static TheoryData<NormalizationMethod> Methods => [.. Enum.GetValues<NormalizationMethod>()];

    // Means and variances are sums, whose order differs: NormalizeInputsTests holds them together within rounding.
    [Theory]
    [InlineData(NormalizationMethod.Robust)]
    [InlineData(NormalizationMethod.QuantileToNormal)]
    public void Sparse_rows_teach_and_give_what_dense_rows_do_to_the_last_bit(NormalizationMethod method)
    {
        Gen<float> value = Gen.Frequency((3, Gen.Const(0f)), (2, Gen.Float[-1000, 1000]), (1, Gen.Const(float.NaN)));
        value.Array[5].Array[1, 40].Sample(
            rows =>
            {
                NormalizeInputsTransformer dense = Fit(method, VectorRow.Dense(_context, rows));
                NormalizeInputsTransformer sparse = Fit(method, VectorRow.Sparse(_context, rows));
                Assert.Equal(NormalizationBytes.Of(dense), NormalizationBytes.Of(sparse));
                Assert.Equal(
                    VectorRow.Read(dense.Transform(VectorRow.Dense(_context, rows))),
                    VectorRow.Read(dense.Transform(VectorRow.Sparse(_context, rows))));
            },
            iter: 100,
            seed: "0000KOIPe036");
    }

    [Theory]
    [InlineData(NormalizationMethod.Robust)]
    [InlineData(NormalizationMethod.QuantileToNormal)]
    public void More_rows_than_a_sketch_holds_teach_the_same_dense_or_sparse(NormalizationMethod method)
    {
        var random = new Random(6);
        float[][] rows = [.. Enumerable.Range(0, 30_000).Select(_ =>
            new[] { random.Next(3) == 0 ? 0 : random.NextSingle(), random.NextSingle() })];
        byte[] dense = NormalizationBytes.Of(Fit(method, VectorRow.Dense(_context, rows)));
        Assert.Equal(dense, NormalizationBytes.Of(Fit(method, VectorRow.Sparse(_context, rows))));
        Assert.Equal(dense, NormalizationBytes.Of(Fit(method, VectorRow.Dense(new MLContext(seed: 1), rows))));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Rows_are_read_once(NormalizationMethod method)
    {
        int rows = 0;
        var watched = new WatchedDataView(VectorRow.Dense(_context, [[1, 2], [3, 4], [9, 8]]), _ => rows++);
        Fit(method, watched);
        Assert.Equal((1, 0, 3), (watched.Cursors, watched.OpenCursors, rows));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_constant_slot_gives_zero_and_comes_back_as_its_constant(NormalizationMethod method)
    {
        foreach (int rows in new[] { 1, 2, 1500 })
        {
            IEnumerable<float[]> constant = Enumerable.Repeat(new[] { 0.1f, 0f, -3e30f }, rows);
            NormalizeInputsTransformer transformer = Fit(method, VectorRow.Dense(_context, constant));
            float[][] others = [[0.1f, 0, -3e30f], [7, 1, 3e30f], [-1, float.Epsilon, 0]];
            float[][] actual = VectorRow.Read(transformer.Transform(VectorRow.Dense(_context, others)));
            Assert.All(actual, row => Assert.Equal([0f, 0, 0], row.Select(x => x + 0f)));
            IDataView normalized = VectorRow.Dense(_context, [[0, 0, 0], [2, -1, 9]]);
            float[][] back = VectorRow.Read(transformer.CreateInverse().Transform(normalized));
            Assert.Equal(back, VectorRow.Read(transformer.Denormalize(normalized)));
            Assert.All(back, row => Assert.Equal([0.1f, 0, -3e30f], row.Select(x => x + 0f)));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void What_is_not_finite_teaches_nothing_and_is_not_made_finite(NormalizationMethod method)
    {
        float[][] clean = [[1], [2], [4], [8]];
        float[][] dirty = [[float.NaN], .. clean, [float.PositiveInfinity], [float.NegativeInfinity]];
        NormalizeInputsTransformer transformer = Fit(method, VectorRow.Dense(_context, dirty));
        float[][] probe = [[0], [3], [5], [9]];
        Assert.Equal(
            VectorRow.Read(Fit(method, VectorRow.Dense(_context, clean)).Transform(VectorRow.Dense(_context, probe))),
            VectorRow.Read(transformer.Transform(VectorRow.Dense(_context, probe))));
        foreach (ITransformer way in new ITransformer[] { transformer, transformer.CreateInverse() })
        {
            float[][] actual = VectorRow.Read(way.Transform(VectorRow.Dense(_context, dirty)));
            Assert.All(actual[1..5], row => Assert.True(float.IsFinite(row[0])));
            Assert.All(actual[5..].Append(actual[0]), row => Assert.False(float.IsFinite(row[0])));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_slot_without_any_finite_value_gives_zero(NormalizationMethod method)
    {
        NormalizeInputsTransformer transformer = Fit(method, VectorRow.Dense(_context, [[1, float.NaN], [2, float.NaN], [3, float.NaN]]));
        float[][] actual = VectorRow.Read(transformer.Transform(VectorRow.Dense(_context, [[2, float.NaN], [2, 5]])));
        Assert.Equal([[0f, float.NaN], [0, 0]], actual);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void What_was_normalized_comes_back(NormalizationMethod method)
    {
        Gen.Select(Gen.Float[-1, 1].Array[2, 200], Gen.Float[-100, 100], Gen.Float[0.01f, 100]).Sample(
            (noise, offset, spread) =>
            {
                float[][] rows = [.. noise.Select(x => new[] { offset + spread * x })];
                NormalizeInputsTransformer transformer = Fit(method, VectorRow.Dense(_context, rows));
                IDataView normalized = transformer.Transform(VectorRow.Dense(_context, rows));
                float[][] there = VectorRow.Read(normalized), back = VectorRow.Read(transformer.CreateInverse().Transform(normalized));
                for (int row = 0; row < rows.Length; row++)
                {
                    // What the robust method squeezes into the last tenth lacks digits.
                    if (method != NormalizationMethod.Robust || Math.Abs(there[row][0]) < 2.9)
                        Numbers.AssertClose(rows[row][0], back[row][0], 2e-6, scale: Math.Abs(offset) + spread);
                }
            },
            iter: 200,
            seed: "0000KOIPe036");
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_inverse_reads_what_normalization_writes_and_keeps_the_names_of_slots(NormalizationMethod method)
    {
        IDataView data = _context.Transforms.Concatenate("Raw", "A", "B", "C").Fit(Samples()).Transform(Samples());
        NormalizeInputsTransformer transformer = _context.Transforms.NormalizeInputs("Features", "Raw", method).Fit(data);
        DenormalizeInputsTransformer inverse = transformer.CreateInverse();
        Assert.Equal(("Raw", "Features"), (inverse.Columns[0].OutputColumnName, inverse.Columns[0].InputColumnName));
        Assert.Equal(method, inverse.Method);

        IDataView normalized = _context.Transforms.DropColumns("Raw").Fit(data).Transform(transformer.Transform(data));
        DataViewSchema.Column raw = inverse.Transform(normalized).Schema["Raw"];
        VBuffer<ReadOnlyMemory<char>> names = default;
        raw.GetSlotNames(ref names);
        Assert.Equal(["A", "B", "C"], names.DenseValues().Select(name => name.ToString()));
        Assert.False(raw.IsNormalized());
        float[][] expected = VectorRow.Read(data, "Raw"), actual = VectorRow.Read(inverse.Transform(normalized), "Raw");
        for (int row = 0; row < expected.Length; row++)
        {
            for (int slot = 0; slot < 3; slot++)
                Numbers.AssertClose(expected[row][slot], actual[row][slot], 1e-5, scale: 10);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Slots_of_categories_stay_as_they_are_there_and_back(NormalizationMethod method)
    {
        IDataView data = Samples();
        ITransformer preparation = _context.Transforms.Categorical.OneHotEncoding("City", "Label")
            .Append(_context.Transforms.Concatenate("Features", "A", "City", "B")).Fit(data);
        IDataView prepared = preparation.Transform(data);
        foreach (NormalizationScope scope in Enum.GetValues<NormalizationScope>())
        {
            NormalizeInputsTransformer transformer = _context.Transforms.NormalizeInputs(Options(method, scope)).Fit(prepared);
            float[][] before = VectorRow.Read(prepared), after = VectorRow.Read(transformer.Transform(prepared));
            float[][] back = VectorRow.Read(transformer.CreateInverse().Transform(prepared));
            for (int row = 0; row < before.Length; row++)
            {
                Assert.Equal(before[row][1..4], after[row][1..4]);
                Assert.Equal(before[row][1..4], back[row][1..4]);
            }

            Assert.NotEqual(before[0][0], after[0][0]);
            Assert.NotEqual(before[0][4], after[0][4]);
            DataViewSchema.Annotations annotations = transformer.GetOutputSchema(prepared.Schema)["Features"].Annotations;
            Assert.NotNull(annotations.Schema.GetColumnOrNull("CategoricalSlotRanges"));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Of_a_column_as_a_whole_one_slot_with_all_values_teaches_the_same(NormalizationMethod method)
    {
        var random = new Random(8);
        float[][] rows = [.. Enumerable.Range(0, 50).Select(_ =>
            new[] { 10 * random.NextSingle(), random.Next(3), random.NextSingle() - 20 })];
        NormalizeInputsTransformer whole = _context.Transforms.NormalizeInputs(Options(method, NormalizationScope.Column))
            .Fit(VectorRow.Dense(_context, rows));
        NormalizeInputsTransformer one = Fit(method, VectorRow.Dense(_context, rows.SelectMany(row => row).Select(x => new[] { x })));
        float[][] actual = VectorRow.Read(whole.Transform(VectorRow.Dense(_context, rows)));
        float[][] expected = VectorRow.Read(one.Transform(VectorRow.Dense(_context, rows.SelectMany(row => row).Select(x => new[] { x }))));
        Assert.Equal(expected.Select(row => row[0]), actual.SelectMany(row => row));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Only_slots_of_categories_are_no_hindrance(NormalizationMethod method)
    {
        IDataView data = _context.Transforms.Categorical.OneHotEncoding("Features", "Label").Fit(Samples()).Transform(Samples());
        NormalizeInputsTransformer transformer = Fit(method, data);
        Assert.Equal(VectorRow.Read(data), VectorRow.Read(transformer.Transform(data)));
        Assert.Equal(NormalizationBytes.Of(transformer), NormalizationBytes.Of(NormalizationBytes.Again(transformer)));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Saved_again_it_is_the_same_bytes_in_every_culture(NormalizationMethod method)
    {
        IDataView data = VectorRow.Dense(_context, [[1, 2, float.NaN], [3, 2, 5.5f], [8.25f, 2, 6]]);
        NormalizeInputsTransformer transformer = Fit(method, data);
        foreach (NormalizationTransformer way in new NormalizationTransformer[] { transformer, transformer.CreateInverse() })
        {
            byte[] expected = NormalizationBytes.Of(way);
            NormalizationTransformer loaded = NormalizationBytes.Again(way);
            Assert.Equal((way.GetType(), method), (loaded.GetType(), loaded.Method));
            Assert.Equal(VectorRow.Read(way.Transform(data)), VectorRow.Read(loaded.Transform(data)));
            Assert.Equal(expected, NormalizationBytes.Of(loaded));
            using (new CultureScope("tr-TR"))
                Assert.Equal(expected, NormalizationBytes.Of(NormalizationBytes.Again(loaded)));
        }

        using (new CultureScope("tr-TR"))
            Assert.Equal(NormalizationBytes.Of(transformer), NormalizationBytes.Of(Fit(method, data)));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Scalar_columns_give_what_vectors_of_one_slot_give(NormalizationMethod method)
    {
        IDataView data = Samples();
        NormalizeInputsTransformer scalar = _context.Transforms.NormalizeInputs("A", method: method).Fit(data);
        IDataView vector = _context.Transforms.Concatenate("Features", "A").Fit(data).Transform(data);
        NormalizeInputsTransformer ofVector = Fit(method, vector);
        Assert.Equal(VectorRow.Read(ofVector.Transform(vector)).Select(row => row[0]), scalar.Transform(data).GetColumn<float>("A"));
        Assert.Equal(
            SchemaText.Of(_context.Transforms.NormalizeInputs("A", method: method).GetOutputSchema(SchemaShapes.Of(data.Schema))),
            SchemaText.Of(SchemaShapes.Of(scalar.GetOutputSchema(data.Schema))));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_cancelled_context_stops_the_reading(NormalizationMethod method)
    {
        int rows = 0;
        var watched = new WatchedDataView(
            VectorRow.Dense(_context, Enumerable.Range(0, 10_000).Select(i => new[] { (float)i })),
            _ =>
            {
                if (++rows == 3000)
                    _context.CancelExecution();
            });
        Assert.Throws<OperationCanceledException>(() => Fit(method, watched));
        Assert.InRange(rows, 3000, 4100);
        Assert.Equal(0, watched.OpenCursors);
    }

    [Fact]
    public void Impossible_options_are_refused_in_words()
    {
        Refuses("Columns is empty; name at least one column to normalize.", new() { Columns = [] });
        Refuses("Columns is empty; name at least one column to normalize.", new() { Columns = null! });
        Refuses("Columns has a pair that is null; remove it.", new() { Columns = [null!] });
        Refuses("Columns has the output 'A' twice; give each output a name of its own.", new() { Columns = [new("A"), new("A", "B")] });
        Refuses(
            "Method must be MeanVariance, Robust or QuantileToNormal but is 7; MeanVariance is the default.",
            new() { Method = (NormalizationMethod)7 });
        Refuses("Scope must be Slot or Column but is -1; Slot is the default.", new() { Scope = (NormalizationScope)(-1) });

        void Refuses(string expected, NormalizeInputsEstimator.Options options)
        {
            using (new CultureScope("tr-TR"))
                Assert.Equal(expected, Assert.Throws<ArgumentException>(() => _context.Transforms.NormalizeInputs(options)).WithoutParameter());
        }
    }

    [Fact]
    public void Options_are_copied()
    {
        NormalizeInputsEstimator.Options options = Options(NormalizationMethod.Robust, NormalizationScope.Slot);
        NormalizeInputsEstimator estimator = _context.Transforms.NormalizeInputs(options);
        options.Columns[0] = new InputOutputColumnPair("Nothing");
        options.Method = NormalizationMethod.MeanVariance;
        Assert.Equal(NormalizationMethod.Robust, estimator.Fit(VectorRow.Dense(_context, [[1], [2]])).Method);
    }

    private IDataView Samples() => _context.Data.LoadFromEnumerable(SampleRow.Generate(100, seed: 3));

    private static NormalizeInputsEstimator.Options Options(NormalizationMethod method, NormalizationScope scope) =>
        new() { Method = method, Scope = scope };

    private NormalizeInputsTransformer Fit(NormalizationMethod method, IDataView data) =>
        _context.Transforms.NormalizeInputs(new NormalizeInputsEstimator.Options { Method = method, Seed = 5 }).Fit(data);
}
