using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Networks;

public sealed class PredictorTests
{
    private const int Inputs = 21;
    private const int Classes = 5;

    private static NetworkSpec Spec =>
        NetworkSpec.Input(Inputs).BatchNorm().Dense(40).BatchNorm().Relu().Dropout(0.5f).Dense(17).Tanh().BatchNorm().Dense(Classes);

    [Fact]
    public void It_predicts_the_softmax_of_the_unfolded_networks_outputs()
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            Network<float> network = TrainedNetworks.Of(Spec, seed);
            float[] rows = Rows(50), actual = Predict(new Predictor(network, new SoftmaxCrossEntropy()), rows);
            DenseBlock<float> logits = network.Forward(
                TrainedNetworks.Block<float>(rows, Inputs), network.CreateWorkspace(50, backward: false), ForwardMode.Inference);
            for (int row = 0; row < 50; row++)
            {
                double[] exponentials = [.. logits.Row(row).ToArray().Select(z => Math.Exp(z))];
                for (int j = 0; j < Classes; j++)
                {
                    double expected = exponentials[j] / exponentials.Sum();
                    Assert.InRange(actual[row * Classes + j] / expected, 1 - 1e-5, 1 + 1e-5);
                }
            }
        }
    }

    [Fact]
    public void A_row_has_the_same_bits_alone_in_a_batch_and_in_parts_of_any_size()
    {
        var predictor = new Predictor(TrainedNetworks.Of(Spec, 1), new SoftmaxCrossEntropy());
        float[] rows = Rows(30), together = Predict(predictor, rows, bufferRows: 30);
        for (int bufferRows = 1; bufferRows <= 31; bufferRows++)
            Assert.True(Accuracy.SameBits<float>(together, Predict(predictor, rows, bufferRows)), $"{bufferRows} rows together");
        for (int row = 0; row < 30; row++)
        {
            float[] alone = Predict(predictor, rows[(row * Inputs)..((row + 1) * Inputs)], bufferRows: 7);
            Assert.True(Accuracy.SameBits<float>(together.AsSpan(row * Classes, Classes), alone), $"row {row}");
        }
    }

    [Fact]
    public void Training_the_network_further_changes_no_prediction()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        var predictor = new Predictor(network, new SoftmaxCrossEntropy());
        float[] rows = Rows(3), before = Predict(predictor, rows);
        foreach (Slot slot in network.Parameters.Slots.Concat(network.Parameters.Buffers))
            network.Parameters.Write(slot, new float[slot.Shape.Count]);
        Assert.Equal(before, Predict(predictor, rows));
    }

    [Fact]
    public void Sixteen_threads_with_buffers_of_their_own_predict_as_one_does()
    {
        var predictor = new Predictor(TrainedNetworks.Of(Spec, 1), new SoftmaxCrossEntropy());
        float[] rows = Rows(100), expected = Predict(predictor, rows);
        var results = new bool[16];
        Thread[] threads = [.. Enumerable.Range(0, 16).Select(i => new Thread(() =>
        {
            bool same = true;
            for (int time = 0; time < 20; time++)
                same &= Accuracy.SameBits<float>(expected, Predict(predictor, rows, bufferRows: i + 1));
            results[i] = same;
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(results, Assert.True);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public void Predicting_allocates_nothing(int count)
    {
        var predictor = new Predictor(TrainedNetworks.Of(Spec, 1), new SoftmaxCrossEntropy());
        PredictionBuffer buffer = predictor.CreateBuffer(16);
        float[] rows = Rows(count), outputs = new float[count * Classes];
        Assert.Equal(0, Allocation.AfterWarmUp(() => predictor.Predict(rows, count, outputs, buffer)));
    }

    [Fact]
    public void Of_no_rows_nothing_is_predicted()
    {
        var predictor = new Predictor(TrainedNetworks.Of(Spec, 1), new SoftmaxCrossEntropy());
        float[] outputs = [7];
        predictor.Predict([], 0, outputs, predictor.CreateBuffer(4));
        Assert.Equal([7], outputs);
    }

    [Fact]
    public void Spans_may_be_longer_than_the_rows_and_the_rest_is_left_alone()
    {
        var predictor = new Predictor(TrainedNetworks.Of(Spec, 1), new SoftmaxCrossEntropy());
        float[] outputs = [.. Enumerable.Repeat(7f, 3 * Classes)];
        predictor.Predict(Rows(3), 2, outputs, predictor.CreateBuffer(4));
        Assert.Equal([7, 7, 7, 7, 7], outputs[(2 * Classes)..]);
        Assert.DoesNotContain(7f, outputs[..(2 * Classes)]);
    }

    [Fact]
    public void Too_short_spans_and_negative_counts_are_refused()
    {
        var predictor = new Predictor(TrainedNetworks.Of(Spec, 1), new SoftmaxCrossEntropy());
        PredictionBuffer buffer = predictor.CreateBuffer(4);
        Assert.Equal(
            "2 rows of 21 need 42 numbers but rows has 41. (Parameter 'rows')",
            Assert.Throws<ArgumentException>("rows", () => predictor.Predict(new float[41], 2, new float[10], buffer)).Message);
        Assert.Equal(
            "2 rows of 5 need 10 numbers but outputs has 9. (Parameter 'outputs')",
            Assert.Throws<ArgumentException>("outputs", () => predictor.Predict(new float[42], 2, new float[9], buffer)).Message);
        Assert.Throws<ArgumentOutOfRangeException>("count", () => predictor.Predict(new float[42], -1, new float[10], buffer));
        Assert.Throws<ArgumentNullException>("buffer", () => predictor.Predict(new float[42], 2, new float[10], null!));
        Assert.ThrowsAny<ArgumentOutOfRangeException>(() => predictor.CreateBuffer(0));
    }

    [Fact]
    public void A_network_that_does_not_fit_its_loss_is_refused() => Assert.Equal(
        "A softmax needs at least 2 outputs but the network has 1; end it with one Dense unit per class.",
        Assert.Throws<ArgumentException>(
            () => new Predictor(new Network<float>(NetworkSpec.Input(3).Dense(1)), new SoftmaxCrossEntropy())).WithoutParameter());

    [Fact]
    public void A_buffer_of_another_predictor_is_refused()
    {
        var predictor = new Predictor(TrainedNetworks.Of(Spec, 1), new SoftmaxCrossEntropy());
        var other = new Predictor(TrainedNetworks.Of(NetworkSpec.Input(Inputs).Dense(3).Relu().Dense(Classes), 1), new SoftmaxCrossEntropy());
        var exception = Assert.Throws<ArgumentException>(
            "buffer", () => predictor.Predict(Rows(1), 1, new float[Classes], other.CreateBuffer(1)));
        Assert.StartsWith("The buffer was created by another predictor; call CreateBuffer of this one.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Logits_are_the_outputs_of_the_last_layer_in_batches_and_alone()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        var predictor = new Predictor(network, new SoftmaxCrossEntropy(), givesLogits: true);
        float[] rows = Rows(30), actual = Predict(predictor, rows);
        DenseBlock<float> logits = network.Forward(
            TrainedNetworks.Block<float>(rows, Inputs), network.CreateWorkspace(30, backward: false), ForwardMode.Inference);
        for (int row = 0; row < 30; row++)
        {
            for (int j = 0; j < Classes; j++)
                Assert.Equal(logits.Row(row)[j], actual[row * Classes + j], 1e-4f);
        }

        Assert.True(Accuracy.SameBits<float>(actual, Predict(predictor, rows, bufferRows: 7)));
    }

    [Fact]
    public void Activated_logits_are_what_is_predicted_otherwise_to_the_last_bit()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        var scaling = new TargetScaling([1000, 0, -5, 1, 2], [10, 1, 0.1, 2, 3]);
        foreach (Loss loss in new Loss[]
        {
            new SoftmaxCrossEntropy(), new BinaryCrossEntropy(), new SquaredError { Scaling = scaling },
            new Quantile { Quantiles = [0.1, 0.3, 0.5, 0.7, 0.9] },
        })
        {
            var predictor = new Predictor(network, loss, givesLogits: true);
            float[] rows = Rows(20), expected = Predict(new Predictor(network, loss), rows), logits = Predict(predictor, rows);
            Assert.NotEqual(expected, logits);
            for (int row = 0; row < 20; row++)
            {
                Span<float> own = logits.AsSpan(row * Classes, Classes);
                var outputs = new float[Classes];
                predictor.Activate(own, outputs);
                Assert.True(Accuracy.SameBits<float>(expected.AsSpan(row * Classes, Classes), outputs), $"{loss}, row {row}");
                // In place, too.
                predictor.Activate(own, own);
                Assert.True(Accuracy.SameBits<float>(outputs, own), $"{loss}, row {row}");
            }
        }
    }

    [Fact]
    public void Logits_tell_rows_apart_whose_probabilities_are_one()
    {
        var network = new Network<float>(NetworkSpec.Input(1).Dense(1));
        network.Parameters.Write(network.Parameters.Slots[0], [1]);
        var predictor = new Predictor(network, new BinaryCrossEntropy(), givesLogits: true);
        float[] logits = new float[2], probabilities = new float[2];
        predictor.Predict([40, 60], 2, logits, predictor.CreateBuffer(2));
        Assert.Equal([40, 60], logits);
        for (int row = 0; row < 2; row++)
            predictor.Activate(logits.AsSpan(row, 1), probabilities.AsSpan(row, 1));
        Assert.Equal([1, 1], probabilities);
    }

    [Fact]
    public void Activate_leaves_what_is_beyond_a_row_alone_allocates_nothing_and_refuses_less_than_a_row()
    {
        var predictor = new Predictor(TrainedNetworks.Of(Spec, 1), new SoftmaxCrossEntropy(), givesLogits: true);
        // Twice as many as a row has, of which the others change nothing.
        float[] logits = [1, 2, 3, 4, 5, 99, 99, 99, 99, 99], outputs = [.. Enumerable.Repeat(7f, 2 * Classes)];
        predictor.Activate(logits, outputs);
        Assert.Equal(1, outputs[..Classes].Sum(), 1e-6f);
        Assert.Equal([7, 7, 7, 7, 7], outputs[Classes..]);
        Assert.Equal(0, Allocation.AfterWarmUp(() => predictor.Activate(logits, outputs)));
        Assert.Equal(
            "1 rows of 5 need 5 numbers but logits has 4. (Parameter 'logits')",
            Assert.Throws<ArgumentException>("logits", () => predictor.Activate(logits.AsSpan(0, 4), outputs)).Message);
        Assert.Equal(
            "1 rows of 5 need 5 numbers but outputs has 4. (Parameter 'outputs')",
            Assert.Throws<ArgumentException>("outputs", () => predictor.Activate(logits, outputs.AsSpan(0, 4))).Message);
    }

    [Fact]
    public void A_row_of_more_outputs_than_the_stack_holds_is_activated_alike()
    {
        const int many = 1100;
        Network<float> network = TrainedNetworks.Of(NetworkSpec.Input(Inputs).Dense(many), 1);
        float[] row = Rows(1), expected = new float[many], actual = new float[many];
        var probabilities = new Predictor(network, new SoftmaxCrossEntropy());
        probabilities.Predict(row, 1, expected, probabilities.CreateBuffer(1));
        var predictor = new Predictor(network, new SoftmaxCrossEntropy(), givesLogits: true);
        predictor.Predict(row, 1, actual, predictor.CreateBuffer(1));
        predictor.Activate(actual, actual);
        Assert.True(Accuracy.SameBits<float>(expected, actual));
    }

    private static float[] Rows(int count) => Numbers.Uniform<float>(new Random(5), count * Inputs, -2, 2);

    private static float[] Predict(Predictor predictor, float[] rows, int bufferRows = 16)
    {
        int count = rows.Length / Inputs;
        var outputs = new float[count * Classes];
        predictor.Predict(rows, count, outputs, predictor.CreateBuffer(bufferRows));
        return outputs;
    }
}
