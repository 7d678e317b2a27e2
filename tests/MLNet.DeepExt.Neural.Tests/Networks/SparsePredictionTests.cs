using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Networks;

/// <summary>Predictions for rows whose zeros are left out.</summary>
public sealed class SparsePredictionTests
{
    private const int Rows = 23, Inputs = 700, Classes = 3;

    private static readonly NetworkSpec Spec = NetworkSpec.Input(Inputs).Dense(37).BatchNorm().Relu().Dense(Classes);

    public static TheoryData<bool, int> Cases =>
        new() { { true, 1 }, { true, 7 }, { true, Rows }, { true, 100 }, { false, 1 }, { false, 7 }, { false, 100 } };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_have_the_bits_of_the_rows_written_out(bool beginsWithDense, int maximumRows)
    {
        Predictor predictor = Create(beginsWithDense ? Spec : NetworkSpec.Input(Inputs).BatchNorm().Dense(Classes));
        DenseBlock<float> dense = SparseRowsOf.Random<float>(Rows, Inputs, 0.05, new Random(1));
        float[] expected = new float[Rows * Classes], actual = new float[Rows * Classes];
        predictor.Predict(SparseRowsOf.Written(dense).Values, Rows, expected, predictor.CreateBuffer(Rows));
        predictor.Predict(SparseRowsOf.Block(dense), actual, predictor.CreateBuffer(maximumRows));
        Assert.True(Accuracy.SameBits<float>(expected, actual));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_prediction_allocates_nothing(bool beginsWithDense, int maximumRows)
    {
        Predictor predictor = Create(beginsWithDense ? Spec : NetworkSpec.Input(Inputs).BatchNorm().Dense(Classes));
        SparseBlock<float> rows = SparseRowsOf.Block(SparseRowsOf.Random<float>(Rows, Inputs, 0.05, new Random(1)));
        PredictionBuffer buffer = predictor.CreateBuffer(maximumRows);
        var outputs = new float[Rows * Classes];
        Assert.Equal(0, Allocation.AfterWarmUp(() => predictor.Predict(rows, outputs, buffer)));
    }

    [Fact]
    public void No_rows_are_no_outputs()
    {
        Predictor predictor = Create(Spec);
        predictor.Predict(new SparseBlock<float>(5, Inputs), [], predictor.CreateBuffer(1));
    }

    [Fact]
    public void A_buffer_takes_no_memory_for_rows_that_are_never_written_out()
    {
        Predictor predictor = Create(NetworkSpec.Input(100_000).Dense(Classes));
        var rows = new SparseBlock<float>(256, 100_000);
        for (int row = 0; row < 256; row++)
            rows.Append([row, 1000 + row], [1f, 2f]);
        var outputs = new float[256 * Classes];
        // Written out, the rows would take 102 MB.
        Assert.InRange(Allocation.Of(() => predictor.Predict(rows, outputs, predictor.CreateBuffer(256))), 0, 200_000);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Predictor predictor = Create(Spec);
        PredictionBuffer buffer = predictor.CreateBuffer(4);
        Assert.Equal(
            "The rows have 5 numbers but the network has 700 inputs; they must be equal. (Parameter 'rows')",
            Assert.Throws<ArgumentException>("rows", () => predictor.Predict(new SparseBlock<float>(1, 5), new float[3], buffer)).Message);
        Assert.Equal(
            "2 rows of 3 need 6 numbers but outputs has 5. (Parameter 'outputs')",
            Assert.Throws<ArgumentException>(
                "outputs", () => predictor.Predict(new SparseBlock<float>(2, Inputs) { Rows = 2 }, new float[5], buffer)).Message);
        Assert.Equal(
            "The buffer was created by another predictor; call CreateBuffer of this one. (Parameter 'buffer')",
            Assert.Throws<ArgumentException>("buffer", () => Create(Spec).Predict(new SparseBlock<float>(1, Inputs), [], buffer)).Message);
    }

    private static Predictor Create(NetworkSpec spec) => new(new Network<float>(spec, seed: 1), new SoftmaxCrossEntropy());
}
