using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Networks;

public sealed class ParameterStoreTests
{
    private static NetworkSpec Spec => NetworkSpec.Input(19).Dense(33).BatchNorm().Tanh().Dense(5);

    [Fact]
    public void Slots_are_named_and_stand_one_after_the_other()
    {
        ParameterStore<float> store = new Network<float>(Spec).Parameters;
        Assert.Equal(
            [
                "0.dense.weight 19×33 Weight", "1.batchnorm.scale 1×33 Scale", "1.batchnorm.shift 1×33 Bias",
                "3.dense.weight 33×5 Weight", "3.dense.bias 1×5 Bias",
            ],
            store.Slots.Select(slot => $"{slot.Name} {slot.Shape} {slot.Kind}"));
        Assert.Equal(
            ["1.batchnorm.mean 1×33 Buffer", "1.batchnorm.variance 1×33 Buffer"],
            store.Buffers.Select(slot => $"{slot.Name} {slot.Shape} {slot.Kind}"));
        CheckOneAfterTheOther(store.Slots, store.Values.Length);
        CheckOneAfterTheOther(store.Buffers, store.BufferValues.Length);
    }

    [Fact]
    public void Every_slot_reads_what_was_written_and_its_padding_stays_zero()
    {
        ParameterStore<float> store = WithTransposed();
        Slot[] slots = [.. store.Slots, .. store.Buffers];
        float[][] values = [.. slots.Select((slot, i) => Numbers.Uniform<float>(new Random(i), slot.Shape.Count, 1, 2))];
        for (int i = 0; i < slots.Length; i++)
            store.Write(slots[i], values[i]);
        for (int i = 0; i < slots.Length; i++)
            Assert.Equal(values[i], store.Read(slots[i]));
        Assert.Equal(store.Slots.Sum(slot => slot.Shape.Count), store.Values.Length - store.Values.Count(0));
        Assert.Equal(store.Buffers.Sum(slot => slot.Shape.Count), store.BufferValues.Length - store.BufferValues.Count(0));
        foreach (Slot slot in store.Slots.Where(slot => slot.Kind == SlotKind.Weight))
            Assert.Equal(slot.Shape.Count, slot.TransposedLength - store.Transposed!.Of(slot).Count(0));
    }

    [Fact]
    public void A_write_brings_the_transposed_copy_up_to_date()
    {
        ParameterStore<float> store = WithTransposed();
        foreach (Slot slot in store.Slots)
            store.Write(slot, Numbers.Uniform<float>(new Random(slot.Offset), slot.Shape.Count));
        CheckTransposed(store);
    }

    [Fact]
    public void Refreshing_the_transposed_copies_by_shares_refreshes_all_of_them()
    {
        ParameterStore<float> store = WithTransposed();
        var random = new Random(1);
        for (int sample = 0; sample < 20; sample++)
        {
            // As an optimizer does: the padding stays 0, everything else changes.
            foreach (ref float value in store.Values)
                value = value == 0 ? 0 : 1 + random.NextSingle();
            for (int from = 0; from < store.Values.Length;)
            {
                int to = Math.Min(store.Values.Length, from + Lanes.Strip * random.Next(1, 40));
                store.Transposed!.Refresh(store.Values, from, to);
                from = to;
            }

            CheckTransposed(store);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Another_number_of_values_is_refused(int more)
    {
        ParameterStore<float> store = new Network<float>(Spec).Parameters;
        float[] before = store.Read(store.Slots[0]);
        var exception = Assert.Throws<ArgumentException>("rowMajor", () => store.Write(store.Slots[0], new float[19 * 33 + more]));
        Assert.StartsWith(
            $"The slot 0.dense.weight has shape 19×33 but was given {627 + more} values; give it 627.", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, store.Read(store.Slots[0]));
    }

    [Fact]
    public void A_slot_of_another_network_is_refused()
    {
        ParameterStore<float> store = new Network<float>(Spec).Parameters;
        Slot foreign = new Network<float>(NetworkSpec.Input(19).Dense(32).Dense(5)).Parameters.Slots[2];
        const string Message =
            "The slot 1.dense.weight (32×5 at 640) does not belong to this network; use one of its Slots or Buffers. (Parameter 'slot')";
        Assert.Equal(Message, Assert.Throws<ArgumentException>("slot", () => store.Write(foreign, new float[160])).Message);
        Assert.Equal(Message, Assert.Throws<ArgumentException>("slot", () => store.Read(foreign)).Message);
        // One that looks the same is the same place.
        Slot twin = new Network<float>(Spec).Parameters.Slots[0];
        Assert.Equal(store.Read(store.Slots[0]), store.Read(twin));
    }

    [Fact]
    public void A_copy_is_complete()
    {
        ParameterStore<float> source = TrainedNetworks.Of(Spec, 1).Parameters, copy = WithTransposed();
        copy.CopyFrom(source);
        Assert.Equal(source.Values, copy.Values);
        Assert.Equal(source.BufferValues, copy.BufferValues);
        CheckTransposed(copy);
    }

    [Fact]
    public void A_network_that_learns_nothing_has_no_parameters()
    {
        ParameterStore<float> store = new Network<float>(NetworkSpec.Input(3).Relu()).Parameters;
        Assert.Empty(store.Slots);
        Assert.Empty(store.Buffers);
        Assert.Equal((0, 0), (store.Values.Length, store.BufferValues.Length));
    }

    [Fact]
    public void Transposed_copies_are_made_when_a_pass_can_go_backward_and_not_before()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        ParameterStore<float> store = network.ConvertTo<float>().Parameters;
        Assert.Null(store.Transposed);
        store.KeepTransposed(0);
        CheckTransposed(store);

        Network<float> predicting = network.ConvertTo<float>();
        predicting.CreateWorkspace(3, backward: false);
        Assert.Null(predicting.Parameters.Transposed);
        predicting.CreateWorkspace(3);
        Assert.NotNull(predicting.Parameters.Transposed);
    }

    [Fact]
    public void The_first_matrix_is_transposed_only_for_the_gradient_of_the_input()
    {
        var network = new Network<float>(NetworkSpec.Input(20).Dense(17).Relu().Dense(33).Relu().Dense(2));
        Slot[] matrices = [.. network.Parameters.Slots.Where(slot => slot.Layout == SlotLayout.Panels)];
        network.CreateWorkspace(1);
        Assert.Equal(matrices[1].TransposedLength + matrices[2].TransposedLength, network.Parameters.Transposed!.Length);
        network.CreateWorkspace(1, inputGradient: true);
        CheckTransposed(network.Parameters);
        network.CreateWorkspace(1);
        CheckTransposed(network.Parameters);
    }

    private static ParameterStore<float> WithTransposed()
    {
        var network = new Network<float>(Spec);
        network.CreateWorkspace(1, inputGradient: true);
        return network.Parameters;
    }

    private static void CheckOneAfterTheOther(IReadOnlyList<Slot> slots, int length)
    {
        int end = 0;
        foreach (Slot slot in slots)
        {
            Assert.Equal(end, slot.Offset);
            Assert.Equal(0, slot.Length % Lanes.Strip);
            end += slot.Length;
        }

        Assert.Equal(length, end);
    }

    private static void CheckTransposed(ParameterStore<float> store)
    {
        foreach (Slot slot in store.Slots.Where(slot => slot.Layout == SlotLayout.Panels))
        {
            (int rows, int columns) = slot.Shape;
            float[] matrix = store.Read(slot);
            var transposed = new float[matrix.Length];
            Panels.Read(columns, rows, store.Transposed!.Of(slot), transposed);
            for (int i = 0; i < matrix.Length; i++)
                Assert.Equal(matrix[i], transposed[i % columns * rows + i / columns]);
        }
    }
}
