using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Networks;

public sealed class NetworkTests
{
    private const int Inputs = 11;
    private const int Rows = 37;

    private static NetworkSpec Spec =>
        NetworkSpec.Input(Inputs).BatchNorm().Dense(50).BatchNorm().Sigmoid().Dropout(0.7f).Dense(20).LeakyRelu().BatchNorm().Tanh().Dense(4);

    private static DenseBlock<float> Input => TrainedNetworks.Block<float>(Numbers.Uniform<float>(new Random(3), Rows * Inputs, -2, 2), Inputs);

    [Fact]
    public void The_seed_decides_the_initial_weights()
    {
        Network<float> network = new(Spec, 1), same = new(Spec, 1), other = new(Spec, 2);
        Assert.Equal(network.Parameters.Values.ToArray(), same.Parameters.Values.ToArray());
        Assert.NotEqual(network.Parameters.Values.ToArray(), other.Parameters.Values.ToArray());
        // Neither do two layers of one shape begin alike.
        Network<float> twins = new(NetworkSpec.Input(4).Dense(4).Dense(4), 1);
        Assert.NotEqual(twins.Parameters.Read(twins.Parameters.Slots[0]), twins.Parameters.Read(twins.Parameters.Slots[2]));
    }

    [Theory]
    [InlineData(ForwardMode.Train)]
    [InlineData(ForwardMode.HeldMask)]
    [InlineData(ForwardMode.Inference)]
    public void Any_number_of_workers_computes_the_same_bits(ForwardMode mode)
    {
        foreach (int rows in new[] { 2, 3, Rows })
        {
            (float[] output, float[] buffers) alone = ForwardByTeam(mode, rows, 1);
            for (int workers = 2; workers <= 4; workers++)
            {
                (float[] output, float[] buffers) = ForwardByTeam(mode, rows, workers);
                Assert.True(Accuracy.SameBits<float>(alone.output, output), $"outputs of {rows} rows on {workers} workers");
                Assert.True(Accuracy.SameBits<float>(alone.buffers, buffers), $"statistics of {rows} rows on {workers} workers");
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void After_its_share_of_the_forward_pass_a_worker_may_read_its_rows_whole(int workers)
    {
        // The last layer is shared out by columns, in unequal numbers of strips.
        Network<float> network = TrainedNetworks.Of(NetworkSpec.Input(Inputs).Dense(70).BatchNorm(), 1);
        using var team = new WorkerTeam(workers);
        Workspace<float> workspace = network.CreateWorkspace(Rows);
        float[] expected = network.Forward(Input, workspace, ForwardMode.HeldMask).Data.ToArray();
        var read = new float[expected.Length];
        for (int time = 0; time < 200; time++)
        {
            workspace.Begin(Input, ForwardMode.HeldMask);
            workspace.Output.Data.Clear();
            team.Run(new TeamWork(worker =>
            {
                network.Forward(workspace, worker);
                (int from, int to) = worker.Share(Rows);
                int stride = workspace.Output.Stride;
                workspace.Output.Data[(from * stride)..(to * stride)].CopyTo(read.AsSpan(from * stride));
            }));
            Assert.Equal(expected, read);
        }
    }

    [Fact]
    public void A_row_has_the_same_bits_alone_as_in_a_batch_when_it_is_predicted()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        DenseBlock<float> input = Input;
        DenseBlock<float> together = network.Forward(input, network.CreateWorkspace(Rows), ForwardMode.Inference);
        Workspace<float> workspace = network.CreateWorkspace(1);
        for (int row = 0; row < Rows; row++)
        {
            DenseBlock<float> alone = network.Forward(TrainedNetworks.Block<float>(input.Row(row), Inputs), workspace, ForwardMode.Inference);
            Assert.True(Accuracy.SameBits<float>(together.Row(row), alone.Row(0)), $"row {row}");
        }
    }

    [Fact]
    public void Workspaces_of_one_network_do_not_disturb_one_another()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        DenseBlock<float> input = Input;
        Workspace<float> first = network.CreateWorkspace(Rows, inputGradient: true), second = network.CreateWorkspace(Rows, inputGradient: true);
        Memory<float> undisturbed = network.CreateGradient(), disturbed = network.CreateGradient();

        network.Forward(input, first, ForwardMode.HeldMask);
        float[] output = first.Output.Data.ToArray();
        first.OutputGradient.Row(3).Fill(1);
        network.Backward(first, undisturbed.Span);
        float[] inputGradient = first.InputGradient!.Data.ToArray();

        second.Seed = 9;
        network.Forward(input, first, ForwardMode.HeldMask);
        network.Forward(TrainedNetworks.Block<float>(Numbers.Uniform<float>(new Random(4), Rows * Inputs), Inputs), second, ForwardMode.HeldMask);
        second.OutputGradient.Data.Fill(1);
        network.Backward(second, disturbed.Span);
        Assert.NotEqual(undisturbed.Span.ToArray(), disturbed.Span.ToArray());
        Assert.Equal(output, first.Output.Data.ToArray());
        network.Backward(first, disturbed.Span);
        Assert.Equal(undisturbed.Span.ToArray(), disturbed.Span.ToArray());
        Assert.Equal(inputGradient, first.InputGradient!.Data.ToArray());
    }

    [Fact]
    public void A_held_mask_gives_the_same_again_and_remembers_nothing()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        float[] buffers = network.Parameters.BufferValues.ToArray();
        Workspace<float> workspace = network.CreateWorkspace(Rows);
        float[] first = network.Forward(Input, workspace, ForwardMode.HeldMask).Data.ToArray();
        Assert.Equal(first, network.Forward(Input, workspace, ForwardMode.HeldMask).Data.ToArray());
        Assert.Equal(buffers, network.Parameters.BufferValues.ToArray());
        workspace.Step++;
        Assert.NotEqual(first, network.Forward(Input, workspace, ForwardMode.HeldMask).Data.ToArray());
    }

    [Fact]
    public void Training_computes_what_a_held_mask_does_and_moves_the_statistics()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        float[] buffers = network.Parameters.BufferValues.ToArray();
        Workspace<float> workspace = network.CreateWorkspace(Rows);
        float[] held = network.Forward(Input, workspace, ForwardMode.HeldMask).Data.ToArray();
        Assert.Equal(held, network.Forward(Input, workspace, ForwardMode.Train).Data.ToArray());
        Assert.All(network.Parameters.Buffers, slot =>
        {
            float[] before = buffers.AsSpan(slot.Offset, slot.Shape.Count).ToArray();
            Assert.All(network.Parameters.Read(slot).Zip(before), pair => Assert.NotEqual(pair.First, pair.Second));
        });
    }

    [Fact]
    public void Prediction_leaves_the_statistics_alone_and_draws_no_mask()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        float[] buffers = network.Parameters.BufferValues.ToArray();
        Workspace<float> workspace = network.CreateWorkspace(Rows);
        float[] first = network.Forward(Input, workspace, ForwardMode.Inference).Data.ToArray();
        workspace.Step++;
        workspace.Seed++;
        Assert.Equal(first, network.Forward(Input, workspace, ForwardMode.Inference).Data.ToArray());
        Assert.Equal(buffers, network.Parameters.BufferValues.ToArray());
    }

    [Fact]
    public void Accumulating_adds_the_gradient_to_what_stands_there()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        Workspace<float> workspace = network.CreateWorkspace(Rows);
        Memory<float> once = network.CreateGradient(), twice = network.CreateGradient();
        network.Forward(Input, workspace, ForwardMode.HeldMask);
        workspace.OutputGradient.Row(0).Fill(1);
        network.Backward(workspace, once.Span);
        twice.Span.Fill(float.NaN);
        network.Backward(workspace, twice.Span);
        Assert.Equal(once.Span.ToArray(), twice.Span.ToArray());
        network.Backward(workspace, twice.Span, accumulate: true);
        Assert.Equal(once.Span.ToArray().Select(g => 2 * g), twice.Span.ToArray());
    }

    [Fact]
    public void Rows_that_do_not_fit_are_refused()
    {
        Network<float> network = new(Spec);
        Workspace<float> workspace = network.CreateWorkspace(4);
        Assert.Equal(
            "The rows have 12 numbers but the network has 11 inputs; they must be equal. (Parameter 'input')",
            Assert.Throws<ArgumentException>("input", () => network.Forward(new DenseBlock<float>(2, 12), workspace, ForwardMode.Inference)).Message);
        Assert.Equal(
            "The batch has 5 rows but the capacity of the workspace is 4; create a larger one. (Parameter 'input')",
            Assert.Throws<ArgumentException>("input", () => network.Forward(new DenseBlock<float>(5, 11), workspace, ForwardMode.Inference)).Message);
        var empty = new DenseBlock<float>(5, 11) { Rows = 0 };
        Assert.Equal(
            "The batch has no rows; a pass needs at least 1. (Parameter 'input')",
            Assert.Throws<ArgumentException>("input", () => network.Forward(empty, workspace, ForwardMode.Train)).Message);
        Assert.Throws<ArgumentOutOfRangeException>("capacity", () => network.CreateWorkspace(0));
    }

    [Fact]
    public void A_workspace_of_another_network_is_refused()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        Workspace<float> other = TrainedNetworks.Of(Spec, 1).CreateWorkspace(Rows);
        const string message = "The workspace was created by another network; create one with CreateWorkspace of this one. (Parameter 'workspace')";
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => network.Forward(Input, other, ForwardMode.Train)).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => network.Backward(other, [])).Message);
    }

    [Fact]
    public void A_network_with_more_parameters_than_an_index_counts_is_refused() => Assert.Equal(
        "With layer 1.dense, Dense(100000) over 100000 inputs, the network has more parameters than one array can hold; use fewer inputs or units.",
        Assert.Throws<ArgumentException>("layers", () => NetworkSpec.Input(2).Dense(100_000).Dense(100_000)).WithoutParameter());

    [Fact]
    public void Another_element_type_is_refused_at_once() => Assert.Equal(
        "A network computes in float or double but Half was asked for; use Network<float> or Network<double>.",
        Assert.Throws<NotSupportedException>(() => new Network<Half>(NetworkSpec.Input(3).Dense(2))).Message);

    [Fact]
    public void Going_backward_needs_a_pass_forward_a_workspace_for_it_and_a_whole_gradient()
    {
        Network<float> network = new(Spec);
        Memory<float> gradient = network.CreateGradient();
        Assert.Equal(
            "The workspace has had no forward pass; call Network.Forward first.",
            Assert.Throws<InvalidOperationException>(() => network.Backward(network.CreateWorkspace(4), gradient.Span)).Message);
        Workspace<float> inference = network.CreateWorkspace(Rows, backward: false), workspace = network.CreateWorkspace(Rows);
        network.Forward(Input, inference, ForwardMode.Inference);
        Assert.Equal(
            "The workspace was created for inference and has no gradients; create one with backward: true.",
            Assert.Throws<InvalidOperationException>(() => network.Backward(inference, gradient.Span)).Message);
        network.Forward(Input, workspace, ForwardMode.HeldMask);
        int length = gradient.Length;
        Assert.Equal(
            $"The gradient has {length - 16} elements but the parameters have {length}; create it with CreateGradient. (Parameter 'gradient')",
            Assert.Throws<ArgumentException>("gradient", () => network.Backward(workspace, gradient.Span[16..])).Message);
    }

    private static (float[] Output, float[] Buffers) ForwardByTeam(ForwardMode mode, int rows, int workers)
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        using var team = new WorkerTeam(workers);
        Workspace<float> workspace = network.CreateWorkspace(Rows);
        DenseBlock<float> input = Input;
        input.Rows = rows;
        workspace.Begin(input, mode);
        team.Run(new TeamWork(worker => network.Forward(workspace, worker)));
        return (workspace.Output.Data.ToArray(), network.Parameters.BufferValues.ToArray());
    }
}
