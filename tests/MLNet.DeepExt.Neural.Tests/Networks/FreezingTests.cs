using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Networks;

/// <summary>Passes in which some layers keep what they have learned.</summary>
[Trait("Spec", "A14")]
public sealed class FreezingTests
{
    private const int Inputs = 6;
    private const int Rows = 9;
    private const int Classes = 3;

    // Layers 0, 1, 3, 4 and 7 learn.
    private static readonly NetworkSpec Spec = NetworkSpec.Input(Inputs)
        .Dense(18).BatchNorm().Tanh().Dense(7).BatchNorm().Sigmoid().Dropout(0.8f).Dense(Classes);

    private static readonly Loss Cost = new SoftmaxCrossEntropy();

    public static TheoryData<int[]> FrozenLayers => new(
        Array.Empty<int>(), [1], [4], [1, 4], [0, 1], [0, 1, 3, 4], [3], [7], [4, 7], [1, 3, 4, 7]);

    [Theory]
    [MemberData(nameof(FrozenLayers))]
    public void The_gradient_of_what_learns_agrees_with_finite_differences(int[] layers)
    {
        Network<double> network = TrainedNetworks.Of(Spec, 1).ConvertTo<double>();
        Batch<double> batch = RandomBatches.OfClasses<double>(Rows, Inputs, Classes);
        HashSet<string> frozen = Names(layers);
        Workspace<double> workspace = network.CreateWorkspace(Rows, inputGradient: true, frozen: frozen);
        Memory<double> gradient = network.CreateGradient();
        Backward(network, workspace, batch, ForwardMode.HeldMask);
        network.Backward(workspace, gradient.Span);

        Workspace<double> probe = network.CreateWorkspace(Rows, backward: false, frozen: frozen);
        foreach (Slot slot in network.Parameters.Slots.Where(slot => !IsOf(frozen, slot)))
        {
            double[] slopes = [.. Enumerable.Range(0, slot.Shape.Count).Select(i => Slope(
                ref network.Parameters.Values[slot.IndexOf(i / slot.Shape.Columns, i % slot.Shape.Columns)]))];
            Close.InNorm(slopes, network.ReadGradient(slot, gradient.Span), 1e-7, slot.Name);
        }

        DenseBlock<double> input = batch.Inputs.AsDense();
        double[] expected = [.. Enumerable.Range(0, Rows * Inputs).Select(i => Slope(ref input.Row(i / Inputs)[i % Inputs]))];
        Close.InNorm(expected, workspace.InputGradient!.ToDoubles(), 1e-7, "input");

        double Slope(ref double coordinate)
        {
            const double epsilon = 1e-5;
            double value = coordinate;
            coordinate = value + epsilon;
            double above = CostOf(network, probe, batch);
            coordinate = value - epsilon;
            double slope = (above - CostOf(network, probe, batch)) / (2 * epsilon);
            coordinate = value;
            return slope;
        }
    }

    [Theory]
    [MemberData(nameof(FrozenLayers))]
    public void The_part_of_a_frozen_layer_in_the_gradient_is_left_as_it_stands(int[] layers)
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        HashSet<string> frozen = Names(layers);
        Workspace<float> workspace = network.CreateWorkspace(Rows, frozen: frozen);
        Memory<float> gradient = network.CreateGradient(), fresh = network.CreateGradient();
        gradient.Span.Fill(77);
        Backward(network, workspace, RandomBatches.OfClasses<float>(Rows, Inputs, Classes), ForwardMode.Train);
        network.Backward(workspace, gradient.Span);
        network.Backward(workspace, fresh.Span);
        Assert.All(network.Parameters.Slots, slot =>
        {
            float[] part = network.ReadGradient(slot, gradient.Span), untouched = network.ReadGradient(slot, fresh.Span);
            if (IsOf(frozen, slot))
            {
                Assert.All(part, value => Assert.Equal(77, value));
                Assert.All(untouched, value => Assert.Equal(0, value));
            }
            else
            {
                Assert.Equal(untouched, part);
                Assert.DoesNotContain(77, part);
            }
        });
    }

    [Fact]
    public void Gradients_and_statistics_are_those_of_PyTorch()
    {
        ReferenceValues reference = ReferenceValues.Load("transfer");
        NetworkSpec spec = NetworkSpec.Input(6).Dense(5).BatchNorm().Tanh().Dense(4).BatchNorm().Tanh().Dense(3);
        var network = new Network<double>(spec);
        foreach (Slot slot in network.Parameters.Slots.Concat(network.Parameters.Buffers))
            network.Parameters.Write(slot, reference.Doubles($"frozen.start.{NameInPyTorch(slot)}"));
        int[] shape = reference.Shape("frozen.x");
        DenseBlock<double> x = RandomBatches.Block(shape[0], shape[1], reference.Doubles("frozen.x"));
        var batch = new Batch<double>(x, Target<double>.OfClasses(shape[0]));
        reference.Integers("frozen.classes").CopyTo(batch.Target.Classes);
        batch.Weights.Fill(1);

        Workspace<double> workspace = network.CreateWorkspace(shape[0], inputGradient: true, frozen: Names(0, 1));
        Memory<double> gradient = network.CreateGradient();
        Backward(network, workspace, batch, ForwardMode.Train);
        network.Backward(workspace, gradient.Span);

        Close.Everywhere(reference.Doubles("frozen.dx"), workspace.InputGradient!.ToDoubles(), 1e-12, "dx");
        foreach (Slot slot in network.Parameters.Slots.Skip(3))
        {
            double[] expected = reference.Doubles($"frozen.gradient.{NameInPyTorch(slot)}");
            Close.Everywhere(expected, network.ReadGradient(slot, gradient.Span), 1e-12, slot.Name);
        }

        double[][] statistics = [.. network.Parameters.Buffers.Select(network.Parameters.Read)];
        Assert.Equal(reference.Doubles("frozen.start.1.running_mean"), statistics[0]);
        Assert.Equal(reference.Doubles("frozen.start.1.running_var"), statistics[1]);
        Close.Everywhere(reference.Doubles("frozen.running_mean"), statistics[2], 1e-12, "mean");
        Close.Everywhere(reference.Doubles("frozen.running_var"), statistics[3], 1e-12, "variance");

        static string NameInPyTorch(Slot slot) => slot.Name.Replace(".dense", "", StringComparison.Ordinal)
            .Replace("batchnorm.scale", "weight", StringComparison.Ordinal).Replace("batchnorm.shift", "bias", StringComparison.Ordinal)
            .Replace("batchnorm.mean", "running_mean", StringComparison.Ordinal)
            .Replace("batchnorm.variance", "running_var", StringComparison.Ordinal);
    }

    [Fact]
    public void Frozen_dense_layers_change_no_bit_of_the_other_gradients()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        Batch<float> batch = RandomBatches.OfClasses<float>(Rows, Inputs, Classes);
        Memory<float> all = GradientOf(network, batch, []), some = GradientOf(network, batch, [0, 3]);
        foreach (Slot slot in network.Parameters.Slots.Where(slot => !IsOf(Names(0, 3), slot)))
            Assert.Equal(network.ReadGradient(slot, all.Span), network.ReadGradient(slot, some.Span));
    }

    [Theory]
    [InlineData(ForwardMode.Train)]
    [InlineData(ForwardMode.HeldMask)]
    public void A_frozen_batch_norm_normalizes_as_in_a_prediction_and_keeps_its_statistics(ForwardMode mode)
    {
        NetworkSpec spec = NetworkSpec.Input(Inputs).Dense(20).BatchNorm().Tanh().BatchNorm();
        Network<float> network = TrainedNetworks.Of(spec, 1);
        DenseBlock<float> input = RandomBatches.Block<float>(Rows, Inputs, new Random(5));
        float[] statistics = network.Parameters.BufferValues.ToArray();
        float[] predicted = network.Forward(input, network.CreateWorkspace(Rows), ForwardMode.Inference).Data.ToArray();
        Workspace<float> workspace = network.CreateWorkspace(Rows, frozen: new HashSet<string> { "1.batchnorm", "3.batchnorm" });
        Assert.Equal(predicted, network.Forward(input, workspace, mode).Data.ToArray());
        Assert.Equal(statistics, network.Parameters.BufferValues.ToArray());
    }

    [Fact]
    public void A_batch_norm_that_is_not_frozen_learns_beside_one_that_is()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        float[][] before = [.. network.Parameters.Buffers.Select(network.Parameters.Read)];
        Workspace<float> workspace = network.CreateWorkspace(Rows, frozen: Names(1));
        network.Forward(RandomBatches.Block<float>(Rows, Inputs, new Random(5)), workspace, ForwardMode.Train);
        Assert.Equal(
            [("1.batchnorm.mean", true), ("1.batchnorm.variance", true), ("4.batchnorm.mean", false), ("4.batchnorm.variance", false)],
            network.Parameters.Buffers.Zip(before, (slot, old) => (slot.Name, network.Parameters.Read(slot).SequenceEqual(old))));
    }

    [Fact]
    public void A_single_row_passes_through_a_frozen_batch_norm_in_training()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        var row = new DenseBlock<float>(1, Inputs);
        Assert.Throws<InvalidOperationException>(() => network.Forward(row, network.CreateWorkspace(1), ForwardMode.Train));
        network.Forward(row, network.CreateWorkspace(1, frozen: Names(1, 4)), ForwardMode.Train);
    }

    [Fact]
    public void Layers_that_have_nothing_to_learn_do_the_same_frozen_or_not()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        DenseBlock<float> input = RandomBatches.Block<float>(Rows, Inputs, new Random(5));
        float[] usual = network.Forward(input, network.CreateWorkspace(Rows), ForwardMode.HeldMask).Data.ToArray();
        Workspace<float> workspace = network.CreateWorkspace(Rows, frozen: Names(2, 5, 6));
        Assert.Equal(usual, network.Forward(input, workspace, ForwardMode.HeldMask).Data.ToArray());
        workspace.Step++;
        Assert.NotEqual(usual, network.Forward(input, workspace, ForwardMode.HeldMask).Data.ToArray());
    }

    [Theory]
    [InlineData(new int[] { }, 1, "3.dense.weight")]
    [InlineData(new[] { 4 }, 1, "3.dense.weight")]
    [InlineData(new[] { 0 }, 2, "3.dense.weight")]
    [InlineData(new[] { 0, 1 }, 4, "7.dense.weight")]
    [InlineData(new[] { 0, 1, 2, 3, 4 }, 8, null)]
    [InlineData(new[] { 0, 1, 3, 4, 7 }, 9, null)]
    public void Nothing_goes_backward_below_the_first_layer_that_learns(int[] frozen, int lowest, string? firstTransposed)
    {
        var network = new Network<float>(Spec);
        Workspace<float> workspace = network.CreateWorkspace(Rows, frozen: Names(frozen));
        Assert.Equal(
            Enumerable.Range(0, Spec.Layers.Count).Select(i => i >= lowest), Enumerable.Range(0, Spec.Layers.Count).Select(workspace.Wants));
        Slot? first = network.Parameters.Slots.SingleOrDefault(slot => slot.Name == firstTransposed);
        int from = first?.Offset ?? network.Parameters.Values.Length;
        Assert.Equal(
            network.Parameters.Slots.Where(slot => slot.Kind == SlotKind.Weight && slot.Offset >= from).Sum(slot => slot.TransposedLength),
            network.Parameters.Transposed!.Length);
        Assert.Equal(
            Enumerable.Range(0, Spec.Layers.Count).Select(i => i >= Math.Min(lowest, Spec.Layers.Count) - 1),
            Enumerable.Range(0, Spec.Layers.Count).Select(i => workspace.GradientOf(i + 1) is not null));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_number_of_workers_computes_the_same_bits(int workers)
    {
        foreach (int[] frozen in new int[][] { [0, 1], [1, 4], [0, 1, 3], [3, 4] })
        {
            Network<float> alone = TrainedNetworks.Of(Spec, 1), together = TrainedNetworks.Of(Spec, 1);
            Batch<float> batch = RandomBatches.OfClasses<float>(Rows, Inputs, Classes);
            Memory<float> expected = GradientOf(alone, batch, frozen, ForwardMode.Train), actual = together.CreateGradient();
            Workspace<float> workspace = together.CreateWorkspace(Rows, frozen: Names(frozen));
            var costs = new double[Rows];
            using var team = new WorkerTeam(workers);
            workspace.Begin(batch.Inputs, ForwardMode.Train);
            team.Run(new TeamWork(worker =>
            {
                (int rowFrom, int rowTo) = worker.Share(Rows);
                together.Forward(workspace, worker);
                Cost.CostAndGradient(
                    workspace.Output, batch.Target, batch.Weights, batch.TotalWeight(), costs, workspace.OutputGradient, rowFrom, rowTo);
                together.BackwardInputs(workspace, worker);
                worker.Barrier();
                (int from, int to) = worker.Share(actual.Length, 16);
                together.BackwardParameters(workspace, actual.Span[from..to], from, to, accumulate: false);
            }));
            Assert.Equal(expected.ToArray(), actual.ToArray());
            Assert.Equal(alone.Parameters.BufferValues.ToArray(), together.Parameters.BufferValues.ToArray());
        }
    }

    [Fact]
    public void A_frozen_first_dense_reads_sparse_rows_and_lists_nothing_for_its_gradient()
    {
        const int wide = 300;
        Network<float> network = TrainedNetworks.Of(NetworkSpec.Input(wide).Dense(21).BatchNorm().Relu().Dense(Classes), 1);
        DenseBlock<float> dense = SparseRowsOf.Random<float>(Rows, wide, 0.05, new Random(1));
        Batch<float> written = BatchOf(dense), stored = BatchOf(SparseRowsOf.Block(dense));
        Assert.Equal(GradientOf(network, written, [0]).ToArray(), GradientOf(network, stored, [0]).ToArray());
        Workspace<float> workspace = network.CreateWorkspace(Rows, frozen: Names(0));
        network.Forward(stored.Inputs, workspace, ForwardMode.Train);
        Assert.Null(workspace.TouchedInputsOf(network.Program.Operations[0]));

        static Batch<float> BatchOf(InputBlock<float> rows) => new(rows, RandomBatches.OfClasses<float>(Rows, 1, Classes).Target);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        Batch<float> batch = RandomBatches.OfClasses<float>(Rows, Inputs, Classes);
        Workspace<float> workspace = network.CreateWorkspace(Rows, frozen: Names(0, 1));
        Memory<float> gradient = network.CreateGradient();
        Assert.Equal(0, Allocation.AfterWarmUp(() =>
        {
            network.Forward(batch.Inputs, workspace, ForwardMode.Train);
            network.Backward(workspace, gradient.Span);
        }));
    }

    [Theory]
    [InlineData("8.dense")]
    [InlineData("0.Dense")]
    [InlineData("0")]
    public void A_layer_that_the_network_does_not_have_is_refused(string layer) => Assert.Equal(
        $"Layer {layer} is to be frozen but the network has 0.dense, 1.batchnorm, 2.tanh, 3.dense, 4.batchnorm, 5.sigmoid, 6.dropout, 7.dense; "
        + "use one of these names. (Parameter 'frozen')",
        Assert.Throws<ArgumentException>(
            "frozen", () => new Network<float>(Spec).CreateWorkspace(Rows, frozen: new HashSet<string> { "0.dense", layer })).Message);

    private static bool IsOf(HashSet<string> layers, Slot slot) =>
        layers.Any(layer => slot.Name.StartsWith($"{layer}.", StringComparison.Ordinal));

    private static HashSet<string> Names(params int[] layers) => [.. layers.Select(layer => Spec.LayerNames[layer])];

    private static Memory<float> GradientOf(
        Network<float> network, Batch<float> batch, int[] frozen, ForwardMode mode = ForwardMode.HeldMask)
    {
        Workspace<float> workspace = network.CreateWorkspace(Rows, frozen: Names(frozen));
        Memory<float> gradient = network.CreateGradient();
        Backward(network, workspace, batch, mode);
        network.Backward(workspace, gradient.Span);
        return gradient;
    }

    private static void Backward<T>(Network<T> network, Workspace<T> workspace, Batch<T> batch, ForwardMode mode)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        DenseBlock<T> logits = network.Forward(batch.Inputs, workspace, mode);
        Cost.CostAndGradient(
            logits, batch.Target, batch.Weights, batch.TotalWeight(), new double[batch.Rows], workspace.OutputGradient, 0, batch.Rows);
    }

    private static double CostOf(Network<double> network, Workspace<double> probe, Batch<double> batch)
    {
        var costs = new double[Rows];
        Cost.Cost(network.Forward(batch.Inputs, probe, ForwardMode.HeldMask), batch.Target, costs, 0, batch.Rows);
        return batch.WeightedSum(costs) / batch.TotalWeight();
    }
}
