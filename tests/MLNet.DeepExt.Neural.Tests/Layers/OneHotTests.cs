using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Layers;

/// <summary>Codes of categories become one output each.</summary>
[Trait("Spec", "G1")]
public sealed class OneHotTests
{
    [Fact]
    public void The_most_frequent_codes_have_an_output_of_those_as_frequent_the_smaller_ones()
    {
        var statistics = new InputStatistics(2);
        float[] codes = [5, 5, 5, 2, 2, 9, 9, 1, 1, 7];
        foreach (float code in codes)
            statistics.Add([code, 4]);
        OneHot fitted = new OneHot { MostValues = 3 }.Fit([statistics[0], statistics[1]]);
        Assert.Equal([1, 2, 5], fitted.Values![0]);
        Assert.Equal([4], fitted.Values[1]);
    }

    [Fact]
    public void A_column_has_no_more_outputs_than_there_are_codes()
    {
        var statistics = new InputStatistics(2);
        foreach (float code in (float[])[3, 1, 3])
            statistics.Add([code, 0]);
        NetworkSpec fitted = NetworkSpec.Input(2).Then(new OneHot()).FittedTo(statistics);
        Assert.Equal(4, fitted.Outputs);
        var network = new Network<double>(fitted);
        DenseBlock<double> rows = TrainedNetworks.Block<double>([1, 0, 3, 0, 2, 0, 1, 9, double.NaN, 0], 2);
        double[] y = network.Forward(rows, network.CreateWorkspace(5), ForwardMode.Inference).ToDoubles();
        Assert.Equal([1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0], y);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_linear_network_learns_from_codes_what_it_cannot_learn_from_them_as_amounts(bool streams)
    {
        // A class that is no monotonic function of the code.
        float[] codes = [.. Enumerable.Range(0, 300).Select(row => (float)(row % 5))];
        var rows = new LabeledRows(1, codes, [.. codes.Select(code => code is 1 or 3 ? 1 : 0)]);
        NetworkSpec spec = NetworkSpec.Input(1).Then(new OneHot()).Dense(2);
        var trainer = new Trainer(spec, new SoftmaxCrossEntropy(), new TrainingOptions { Optimizer = new Adam(0.1), MaximumEpochs = 60, Seed = 1 });
        TrainingResult result = streams ? trainer.Train(new RowsStream(rows)) : trainer.Train(rows);
        var encoder = (OneHot)result.Network.Spec.Layers[0];
        Assert.Equal([0, 1, 2, 3, 4], encoder.Values![0]);
        var predictor = new Predictor(result.Network, new SoftmaxCrossEntropy());
        var outputs = new float[600];
        predictor.Predict(codes, 300, outputs, predictor.CreateBuffer(300));
        Assert.All(Enumerable.Range(0, 300), row => Assert.Equal(codes[row] is 1 or 3, outputs[2 * row + 1] > 0.5f));
    }
}
