using CsCheck;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Tests.Reference;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Transforms;
using MLNet.DeepExt.Transforms.Normalization;

namespace MLNet.DeepExt.Tests.Transforms;

[Trait("Spec", "B1")]
public sealed class NormalizeInputsTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Moments_are_those_of_StandardScaler()
    {
        StandardScalerReference reference = StandardScalerReference.Load();
        MeanVarianceNormalization moments = MomentsOf(Fit(VectorRow.Dense(_context, Numbers.WithNaN(reference.Training))));
        Assert.Equal(reference.Means.Length, moments.Means.Count);
        for (int slot = 0; slot < reference.Means.Length; slot++)
        {
            Numbers.AssertClose(reference.Means[slot], moments.Means[slot], 1e-12);
            Numbers.AssertClose(reference.Variances[slot], moments.Variances[slot], 1e-9);
        }
    }

    [Fact]
    public void Training_data_and_fresh_data_are_transformed_as_StandardScaler_does()
    {
        StandardScalerReference reference = StandardScalerReference.Load();
        NormalizeInputsTransformer transformer = Fit(VectorRow.Dense(_context, Numbers.WithNaN(reference.Training)));
        AssertTransformed(reference.Transformed, reference.Training);
        AssertTransformed(reference.FreshTransformed, reference.Fresh);

        void AssertTransformed(double?[][] expected, float?[][] input)
        {
            float[][] actual = VectorRow.Read(transformer.Transform(VectorRow.Dense(_context, Numbers.WithNaN(input))));
            Assert.Equal(expected.Length, actual.Length);
            for (int row = 0; row < expected.Length; row++)
            {
                for (int slot = 0; slot < expected[row].Length; slot++)
                    Numbers.AssertClose(expected[row][slot] ?? double.NaN, actual[row][slot], 1e-6);
            }
        }
    }

    [Fact]
    public void Sparse_rows_give_what_dense_rows_give()
    {
        Gen<float> value = Gen.Frequency((3, Gen.Const(0f)), (2, Gen.Float[-1000, 1000]), (1, Gen.Const(float.NaN)));
        value.Array[5].Array[1, 40].Sample(
            rows =>
            {
                NormalizeInputsTransformer dense = Fit(VectorRow.Dense(_context, rows));
                NormalizeInputsTransformer sparse = Fit(VectorRow.Sparse(_context, rows));
                for (int slot = 0; slot < 5; slot++)
                {
                    Numbers.AssertClose(MomentsOf(dense).Means[slot], MomentsOf(sparse).Means[slot], 1e-12, scale: 1000);
                    Numbers.AssertClose(MomentsOf(dense).Variances[slot], MomentsOf(sparse).Variances[slot], 1e-12, scale: 1e6);
                }

                Assert.Equal(
                    VectorRow.Read(dense.Transform(VectorRow.Dense(_context, rows))),
                    VectorRow.Read(dense.Transform(VectorRow.Sparse(_context, rows))));
            },
            iter: 200,
            seed: "0000KOIPe036");
    }

    [Fact]
    public void Moments_are_those_of_two_passes_also_far_from_zero()
    {
        Gen.Select(Gen.Double[-1e5, 1e5], Gen.Float[-100, 100].Array[2, 60]).Sample(
            (mean, noise) =>
            {
                float[] values = [.. noise.Select(x => (float)(mean + x))];
                double expectedMean = values.Average(x => (double)x);
                double expectedVariance = values.Average(x => (x - expectedMean) * (x - expectedMean));
                MeanVarianceNormalization moments = MomentsOf(Fit(VectorRow.Dense(_context, values.Select(x => new[] { x }))));
                Numbers.AssertClose(expectedMean, moments.Means[0], 1e-12);
                // What a variance far below the square of the mean can be told from, in double.
                Numbers.AssertClose(expectedVariance, moments.Variances[0], 1e-9, scale: 1e-5 * expectedMean * expectedMean);
            },
            iter: 200,
            seed: "0000KOIPe036");
    }

    [Fact]
    public void The_output_of_a_sparse_input_is_dense()
    {
        IDataView data = VectorRow.Sparse(_context, [[0, 1, 0], [2, 0, 0]]);
        Assert.All(VectorRow.ReadBuffers(data), row => Assert.False(row.IsDense));
        Assert.All(VectorRow.ReadBuffers(Fit(data).Transform(data)), row => Assert.True(row.IsDense));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.1f)]
    [InlineData(-3e30f)]
    public void A_slot_that_never_varied_gives_zero(float constant)
    {
        NormalizeInputsTransformer transformer = Fit(VectorRow.Dense(_context, Enumerable.Repeat(new[] { constant }, 1000)));
        Assert.Equal(0, MomentsOf(transformer).Variances[0]);
        float[][] actual = VectorRow.Read(transformer.Transform(VectorRow.Dense(_context, [[constant], [7], [-3e38f]])));
        Assert.Equal([[0f], [0f], [0f]], actual.Select(row => row.Select(x => x + 0f)));
    }

    [Fact]
    public void A_sparse_slot_that_never_varied_gives_zero()
    {
        IDataView data = VectorRow.Sparse(_context, Enumerable.Repeat(new[] { 0.1f, 0 }, 7));
        Assert.All(VectorRow.Read(Fit(data).Transform(data)), row => Assert.All(row, x => Assert.Equal(0f, x)));
    }

    [Fact]
    public void The_smallest_step_that_single_precision_knows_still_counts_as_variation()
    {
        float high = MathF.BitIncrement(1e6f);
        IDataView data = VectorRow.Dense(_context, [[1e6f], [high]]);
        Assert.Equal([-1f, 1f], VectorRow.Read(Fit(data).Transform(data)).Select(row => row[0]));
    }

    [Fact]
    public void NaN_and_infinities_are_left_out_in_learning_and_are_not_made_finite()
    {
        NormalizeInputsTransformer transformer = Fit(VectorRow.Dense(
            _context, [[1], [float.NaN], [3], [float.PositiveInfinity], [float.NegativeInfinity]]));
        Assert.Equal(2, MomentsOf(transformer).Means[0]);
        Assert.Equal(1, MomentsOf(transformer).Variances[0]);
        float[][] actual = VectorRow.Read(transformer.Transform(VectorRow.Dense(
            _context, [[float.NaN], [float.PositiveInfinity], [float.NegativeInfinity], [5]])));
        Assert.Equal([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3], actual.Select(row => row[0]));
    }

    [Fact]
    public void A_slot_without_any_finite_value_stays_without()
    {
        IDataView data = VectorRow.Dense(_context, [[1, float.NaN], [2, float.NaN]]);
        NormalizeInputsTransformer transformer = Fit(data);
        Assert.Equal(0, MomentsOf(transformer).Means[1]);
        Assert.Equal([[-1f, float.NaN], [1, float.NaN]], VectorRow.Read(transformer.Transform(data)));
    }

    [Fact]
    public void What_was_learned_does_not_change_with_the_data_that_is_transformed()
    {
        NormalizeInputsTransformer transformer = Fit(VectorRow.Dense(_context, [[0], [2]]));
        Assert.Equal([[99f], [99], [99]], VectorRow.Read(transformer.Transform(VectorRow.Dense(_context, [[100], [100], [100]]))));
    }

    [Fact]
    public void Scalars_and_several_columns_are_learned_at_once()
    {
        IDataView data = _context.Data.LoadFromEnumerable(new[] { new SampleRow { A = 1, B = 10 }, new SampleRow { A = 3, B = 30 } });
        NormalizeInputsTransformer transformer = _context.Transforms
            .NormalizeInputs(new InputOutputColumnPair("A"), new InputOutputColumnPair("Normalized", "B")).Fit(data);

        IDataView transformed = transformer.Transform(data);
        Assert.Equal([-1f, 1f], transformed.GetColumn<float>("A"));
        Assert.Equal([-1f, 1f], transformed.GetColumn<float>("Normalized"));
        Assert.Equal([10f, 30f], transformed.GetColumn<float>("B"));
        Assert.Equal([2.0, 20.0], Enumerable.Range(0, 2).Select(column => MomentsOf(transformer, column).Means[0]));
        Assert.Equal([1.0, 100.0], Enumerable.Range(0, 2).Select(column => MomentsOf(transformer, column).Variances[0]));
    }

    [Fact]
    public void The_promised_schema_is_the_one_that_comes()
    {
        IDataView data = _context.Data.LoadFromEnumerable(SampleRow.Generate(10, seed: 1));
        IDataView prepared = _context.Transforms.Concatenate("Features", "A", "B", "C").Fit(data).Transform(data);
        NormalizeInputsEstimator estimator = _context.Transforms.NormalizeInputs(
            new InputOutputColumnPair("Normalized", "Features"), new InputOutputColumnPair("A"));

        SchemaShape promised = estimator.GetOutputSchema(SchemaShapes.Of(prepared.Schema));
        NormalizeInputsTransformer transformer = estimator.Fit(prepared);
        Assert.Equal(
            SchemaText.Of(SchemaShapes.Of(transformer.GetOutputSchema(prepared.Schema))), SchemaText.Of(promised));
        Assert.Equal(SchemaText.Of(SchemaShapes.Of(transformer.Transform(prepared).Schema)), SchemaText.Of(promised));
    }

    [Fact]
    public void Slot_names_are_kept_and_IsNormalized_is_set()
    {
        IDataView data = _context.Data.LoadFromEnumerable(SampleRow.Generate(10, seed: 1));
        IDataView prepared = _context.Transforms.Concatenate("Features", "A", "B", "C").Fit(data).Transform(data);
        DataViewSchema.Column column = Fit(prepared).Transform(prepared).Schema["Features"];
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        Assert.Equal(["A", "B", "C"], names.DenseValues().Select(name => name.ToString()));
        Assert.True(column.IsNormalized());
    }

    [Fact]
    public void A_saved_transformer_comes_back_the_same()
    {
        IDataView data = VectorRow.Dense(_context, [[1, 2, float.NaN], [3, 2, 5], [8, 2, 6]]);
        NormalizeInputsTransformer transformer = Fit(data);
        using var stream = new MemoryStream();
        _context.Model.Save(transformer, data.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(stream, out _);

        var again = Assert.IsType<NormalizeInputsTransformer>(loaded);
        Assert.Equal(MomentsOf(transformer).Means, MomentsOf(again).Means);
        Assert.Equal(MomentsOf(transformer).Variances, MomentsOf(again).Variances);
        Assert.Equal(VectorRow.Read(transformer.Transform(data)), VectorRow.Read(again.Transform(data)));
    }

    [Theory]
    [InlineData(NormalizationMethod.MeanVariance)]
    [InlineData(NormalizationMethod.Robust)]
    [InlineData(NormalizationMethod.QuantileToNormal)]
    public void A_column_without_a_finite_number_is_refused(NormalizationMethod method)
    {
        IDataView data = VectorRow.Dense(_context, [[float.NaN, float.PositiveInfinity], [float.NegativeInfinity, float.NaN]]);
        Assert.Equal(
            "Column 'Features' has no finite number in any of 2 rows; check how it is computed and read, or leave it out of NormalizeInputs.",
            Assert.Throws<InvalidOperationException>(() => _context.Transforms.NormalizeInputs("Features", method: method).Fit(data)).Message);
    }

    [Fact]
    public void Slots_without_a_finite_number_are_named_in_one_warning()
    {
        var log = new LogRecorder(_context, "NormalizeInputsEstimator");
        IDataView data = VectorRow.Dense(_context, [[1, float.NaN, 5, float.PositiveInfinity], [3, float.NaN, 7, float.NaN]]);
        float[][] rows = VectorRow.Read(Fit(data).Transform(data));
        Assert.Equal([[-1, float.NaN, -1, float.NaN], [1, float.NaN, 1, float.NaN]], rows);
        Assert.Equal(
            ["Column 'Features' has no finite number in 2 slots (1, 3) in any of 2 rows. NormalizeInputs replaces every number in these slots " +
                "by 0. Check how the column is computed, or leave the slots out."],
            log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void One_slot_without_a_finite_number_is_named_in_the_warning()
    {
        var log = new LogRecorder(_context, "NormalizeInputsEstimator");
        Fit(VectorRow.Dense(_context, [[1, 2, 5, float.PositiveInfinity], [3, 4, 7, float.NaN]]));
        Assert.Equal(
            ["Column 'Features' has no finite number in slot 3 in any of 2 rows. NormalizeInputs replaces every number in this slot by 0. " +
                "Check how the column is computed, or leave the slot out."],
            log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void A_missing_column_is_an_error_of_ML_NET()
    {
        IDataView data = VectorRow.Dense(_context, [[1]]);
        NormalizeInputsEstimator estimator = _context.Transforms.NormalizeInputs("Inputs");
        const string expected = "Could not find input column 'Inputs'; name one of 'Features'. (Parameter 'inputSchema')";
        Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(data)).Message);
        Assert.Equal(
            expected, Assert.Throws<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaShapes.Of(data.Schema))).Message);
    }

    [Fact]
    public void A_column_of_another_type_is_an_error_of_ML_NET()
    {
        IDataView data = _context.Data.LoadFromEnumerable(SampleRow.Generate(3, seed: 1));
        NormalizeInputsEstimator estimator = _context.Transforms.NormalizeInputs("Label");
        const string expected = "Schema mismatch for input column 'Label': expected Single or known-size vector of Single, got String"
            + "; convert it with Conversion.ConvertType(\"Label\", outputKind: DataKind.Single) if it holds numbers, or name another column."
            + " (Parameter 'inputSchema')";
        Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(data)).Message);
        Assert.Equal(
            expected, Assert.Throws<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaShapes.Of(data.Schema))).Message);
    }

    [Fact]
    public void Vectors_of_unknown_size_are_an_error_of_ML_NET()
    {
        IDataView data = VectorRow.Load(_context, [new VBuffer<float>(1, [1f])], length: 0);
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => Fit(data));
        Assert.Equal(
            "Schema mismatch for input column 'Features': expected Single or known-size vector of Single, got Vector<Single>, length unknown"
            + "; give its length with [VectorType(length)] on the property of the rows, or in a SchemaDefinition."
            + " (Parameter 'inputSchema')",
            exception.Message);
    }

    [Fact]
    public void Vectors_of_another_length_than_in_training_are_an_error_of_ML_NET()
    {
        NormalizeInputsTransformer transformer = Fit(VectorRow.Dense(_context, [[1, 2, 3], [3, 4, 5]]));
        IDataView other = VectorRow.Dense(_context, [[1, 2]]);
        const string expected =
            "Schema mismatch for input column 'Features': expected Vector<Single, 3>, got Vector<Single, 2>; " +
            "give it the columns that it was fitted with, behind the same transforms. (Parameter 'inputSchema')";
        Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(() => transformer.Transform(other)).Message);
        Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(() => transformer.GetOutputSchema(other.Schema)).Message);
    }

    [Fact]
    public void A_vector_of_another_length_than_its_type_says_is_an_error()
    {
        IDataView data = VectorRow.Dense(_context, [[1, 2], [3, 4]]);
        IDataView lying = LyingDataView.AboutLength(data, length: 3);
        const string expected = "Column 'Features' must hold vectors of length 3, as its type says, but a row has length 2.";
        Assert.Equal(expected, Assert.Throws<InvalidOperationException>(() => Fit(lying)).Message);
        IDataView transformed = Fit(VectorRow.Dense(_context, [[1, 2, 3]])).Transform(lying);
        // ML.NET reads on threads of its own, and wraps what they throw.
        Assert.Equal(expected, Assert.ThrowsAny<Exception>(() => VectorRow.Read(transformed)).GetBaseException().Message);
    }

    [Fact]
    public void No_rows_are_an_error()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Array.Empty<SampleRow>());
        var exception = Assert.Throws<InvalidOperationException>(() => _context.Transforms.NormalizeInputs("A").Fit(data));
        Assert.Equal(
            "NormalizeInputs has no rows to learn from; check the file, or the filter, that the training data comes from.",
            exception.Message);
    }

    [Fact]
    public void No_columns_are_an_error()
    {
        var exception = Assert.Throws<ArgumentException>(() => _context.Transforms.NormalizeInputs());
        Assert.Equal("Columns is empty; name at least one column to normalize.", exception.WithoutParameter());
    }

    private NormalizeInputsTransformer Fit(IDataView data) => _context.Transforms.NormalizeInputs("Features").Fit(data);

    private static MeanVarianceNormalization MomentsOf(NormalizeInputsTransformer transformer, int column = 0) =>
        Assert.IsType<MeanVarianceNormalization>(transformer.Normalizations[column]);
}
