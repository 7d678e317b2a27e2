using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>What every layer must do, whatever its kind.</summary>
public sealed class LayerConformanceTests
{
    private const int BatchRows = 20;

    public static TheoryData<string> Names => [.. LayerTable.Names];

    [Fact]
    public void The_table_has_a_row_for_every_kind_of_layer()
    {
        IEnumerable<Type> kinds =
            typeof(LayerSpec).Assembly.GetTypes().Where(type => type.IsSealed && type.IsSubclassOf(typeof(LayerSpec)));
        IEnumerable<Type> tested = LayerTable.Names.SelectMany(name => LayerTable.Spec(name).Layers).SelectMany(All).Select(layer => layer.GetType());
        Assert.Empty(kinds.Except(tested));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_gradient_agrees_with_finite_differences(string name)
    {
        Batch<double> batch = RandomBatches.OfClasses<double>(BatchRows, LayerTable.Inputs, LayerTable.Outputs);
        GradientCheckReport report = GradientCheck.Run(
            new Network<double>(LayerTable.Spec(name), seed: 3), new SoftmaxCrossEntropy(), batch,
            new GradientCheckOptions { HoldMask = true });
        Assert.True(report.Ratio <= 1e-7, report.ToString());
        Assert.True(report.Parts.All(part => part.Ratio <= 1e-7), report.ToString());
    }

    [Theory, MemberData(nameof(Names))]
    public void The_gradient_in_float_agrees_with_the_one_in_double(string name)
    {
        var single = new Network<float>(LayerTable.Spec(name), seed: 3);
        Network<double> wide = single.ConvertTo<double>();
        (double[][] inSingle, double[] inputInSingle) = Gradients(single);
        (double[][] inDouble, double[] inputInDouble) = Gradients(wide);

        for (int i = 0; i < inDouble.Length; i++)
            Close.InNorm(inDouble[i], inSingle[i], 1e-4, single.Parameters.Slots[i].Name);
        Close.InNorm(inputInDouble, inputInSingle, 1e-4, "input");
    }

    [Theory, MemberData(nameof(Names))]
    public void Outputs_have_the_promised_shape_for_any_number_of_rows(string name)
    {
        var network = new Network<float>(LayerTable.Spec(name), seed: 3);
        Workspace<float> workspace = network.CreateWorkspace(BatchRows);
        for (int rows = 2; rows <= BatchRows; rows++)
        {
            DenseBlock<float> input = RandomBatches.Block<float>(rows, LayerTable.Inputs, new Random(rows));
            DenseBlock<float> output = network.Forward(input, workspace, ForwardMode.Train);
            Assert.Equal((rows * network.Spec.OutputShape.Lines, network.Spec.Outputs), (output.Rows, output.Width));
            Assert.All(output.ToDoubles(), value => Assert.True(double.IsFinite(value)));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Any_number_of_threads_learns_the_same_bits(string name)
    {
        float[] of(int threads)
        {
            var random = new Random(5);
            float[] features = [.. Enumerable.Range(0, 50 * LayerTable.Inputs).Select(_ => 2 * random.NextSingle() - 1)];
            var rows = new LabeledRows(LayerTable.Inputs, features, [.. Enumerable.Range(0, 50).Select(row => row % LayerTable.Outputs)]);
            var options = new TrainingOptions { NumberOfThreads = threads, BatchSize = BatchRows, MaximumEpochs = 3, ValidationFraction = 0 };
            ParameterStore<float> store = new Trainer(LayerTable.Spec(name), new SoftmaxCrossEntropy(), options).Train(rows).Network.Parameters;
            return [.. store.Slots.Concat(store.Buffers).SelectMany(store.Read)];
        }

        float[] alone = of(1);
        Assert.Equal(alone, of(2));
        Assert.Equal(alone, of(5));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_row_has_the_outputs_alone_that_it_has_among_others(string name)
    {
        var predictor = new Predictor(TrainedNetworks.Of(LayerTable.Spec(name), 3), new SoftmaxCrossEntropy(), givesLogits: true);
        float[] rows = [.. RandomBatches.Block<float>(BatchRows, LayerTable.Inputs, new Random(5)).ToDoubles().Select(value => (float)value)];
        float[] together = new float[BatchRows * predictor.Outputs], alone = new float[together.Length];
        predictor.Predict(rows, BatchRows, together, predictor.CreateBuffer(BatchRows));
        for (int row = 0; row < BatchRows; row++)
        {
            predictor.Predict(
                rows.AsSpan(row * LayerTable.Inputs, LayerTable.Inputs), 1, alone.AsSpan(row * predictor.Outputs, predictor.Outputs),
                predictor.CreateBuffer(1));
        }

        Assert.Equal(together, alone);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_saved_network_comes_back_equal(string name)
    {
        var network = new Network<float>(LayerTable.Spec(name), seed: 3);
        using var file = new MemoryStream();
        NetworkFile.Save(file, network, new SoftmaxCrossEntropy());
        file.Position = 0;
        (Network<float> loaded, Loss loss) = NetworkFile.Load(file);

        Assert.Equal(network.Spec, loaded.Spec);
        Assert.Equal(new SoftmaxCrossEntropy(), loss);
        DenseBlock<float> input = RandomBatches.Block<float>(BatchRows, LayerTable.Inputs, new Random(5));
        DenseBlock<float> expected = network.Forward(input, network.CreateWorkspace(BatchRows), ForwardMode.Inference);
        DenseBlock<float> actual = loaded.Forward(input, loaded.CreateWorkspace(BatchRows), ForwardMode.Inference);
        Assert.Equal(expected.ToDoubles(), actual.ToDoubles());
    }

    [Theory, MemberData(nameof(Names))]
    public void The_input_gradient_at_inference_agrees_with_finite_differences(string name)
    {
        // What attacks and saliency use: batch norm with running statistics, no dropout.
        var network = new Network<double>(LayerTable.Spec(name), seed: 3);
        DenseBlock<double> input = RandomBatches.Block<double>(4, LayerTable.Inputs, new Random(7));
        Workspace<double> workspace = network.CreateWorkspace(4, inputGradient: true);
        network.Forward(input, workspace, ForwardMode.Inference);
        // Of outputs that weigh alike, what is normalized has a sum that never changes.
        for (int i = 0; i < workspace.Output.Rows * network.Spec.Outputs; i++)
            workspace.OutputGradient.Row(i / network.Spec.Outputs)[i % network.Spec.Outputs] = Weight(i);
        network.Backward(workspace, []);
        double[] gradient = workspace.InputGradient!.ToDoubles();

        const double epsilon = 1e-5;
        var slopes = new double[gradient.Length];
        for (int i = 0; i < slopes.Length; i++)
        {
            ref double x = ref input.Row(i / LayerTable.Inputs)[i % LayerTable.Inputs];
            double value = x;
            x = value + epsilon;
            double above = WeightedSumOfOutputs();
            x = value - epsilon;
            double below = WeightedSumOfOutputs();
            x = value;
            slopes[i] = (above - below) / (2 * epsilon);
        }

        Close.InNorm(slopes, gradient, 1e-7, "input");

        double WeightedSumOfOutputs() =>
            network.Forward(input, workspace, ForwardMode.Inference).ToDoubles().Select((output, i) => Weight(i) * output).Sum();

        static double Weight(int i) => 1 + i * 7 % 5;
    }

    private static IEnumerable<LayerSpec> All(LayerSpec layer) =>
        layer is CompositeSpec composite ? composite.Layers.SelectMany(All).Append(layer) : [layer];

    private static (double[][] Parameters, double[] Input) Gradients<T>(Network<T> network)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Batch<T> batch = RandomBatches.OfClasses<T>(BatchRows, LayerTable.Inputs, LayerTable.Outputs);
        Workspace<T> workspace = network.CreateWorkspace(BatchRows, inputGradient: true);
        DenseBlock<T> logits = network.Forward(batch.Inputs, workspace, ForwardMode.HeldMask);
        new SoftmaxCrossEntropy().CostAndGradient(
            logits, batch.Target, batch.Weights, batch.TotalWeight(), new double[BatchRows], workspace.OutputGradient, 0, BatchRows);
        Memory<T> gradient = network.CreateGradient();
        network.Backward(workspace, gradient.Span);
        double[][] parameters = [.. network.Parameters.Slots.Select(slot =>
            Array.ConvertAll(network.ReadGradient(slot, gradient.Span), value => double.CreateTruncating(value)))];
        return (parameters, workspace.InputGradient!.ToDoubles());
    }
}
