using System.Collections;
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Benchmarks;

/// <summary>Rows of which most features are 0: from which share on leaving them out pays, and what training on many costs.</summary>
internal static class SparseBenchmark
{
    private const int Classes = 10;
    private const int Entries = 50; // features of a row that are not 0

    /// <summary>The sparse products beside the dense ones, by the share of features that is not 0.</summary>
    public static void CompareProducts()
    {
        const int rows = 128, inputs = 2048, units = 256;
        DenseBlock<float> written = new(rows, inputs), y = new(rows, units), dy = new(rows, units);
        float[] weights = new float[inputs * units], gradient = new float[inputs * units];
        double forward = Timing.SecondsPerCall(() => Gemm.Multiply<float>(
            rows, inputs, units, written.Data, written.Stride, weights, default, y.Data, y.Stride));
        double backward = Timing.SecondsPerCall(() => Gemm.MultiplyTransposed<float>(
            rows, inputs, units, written.Data, written.Stride, dy.Data, dy.Stride, gradient, accumulate: false));
        foreach (int slots in new[] { 2, 4, 8, 16, 64 })
        {
            SparseBlock<float> x = Block(rows, inputs, slots);
            var touched = new TouchedInputs<float>(inputs);
            double sparseForward = Timing.SecondsPerCall(() => SparseProduct.Multiply<float>(
                inputs, units, x.Starts, x.AllColumns, x.AllValues, weights, default, y.Data, y.Stride));
            double sparseBackward = Timing.SecondsPerCall(() =>
            {
                touched.Read(x);
                for (int column = 0; column < units; column += Lanes.Strip)
                {
                    SparseProduct.MultiplyTransposed<float>(
                        touched.Starts, touched.Rows, touched.Values, dy.Data[column..], dy.Stride, gradient.AsSpan(column * inputs), accumulate: false);
                }
            });
            Medians.WriteLine($"1 in {slots,2} not 0: sparse product {forward / sparseForward,4:0.0} times as fast as dense, gradient {backward / sparseBackward,4:0.0} times");
        }
    }

    /// <summary>Three epochs of the ML.NET trainer, then scoring: seconds, and the most memory that the process ever held.</summary>
    public static void Train(int rows, int features, int threads)
    {
        var context = new MLContext(seed: 1);
        SchemaDefinition schema = Schema(features);
        var options = new NeuralNetworkMulticlassTrainer.Options { MaximumEpochs = 3, NumberOfThreads = threads, Progress = new Printer(rows) };
        long start = Stopwatch.GetTimestamp();
        NeuralNetworkMulticlassTransformer model = context.MulticlassClassification.Trainers.NeuralNetwork(options)
            .Fit(context.Data.LoadFromEnumerable(new Rows(rows, features, seed: 1), schema));
        Print("read and trained", start);

        start = Stopwatch.GetTimestamp();
        IDataView test = context.Data.LoadFromEnumerable(new Rows(20_000, features, seed: 2), schema);
        double accuracy = context.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
        Print(FormattableString.Invariant($"20,000 rows generated and scored ({accuracy:0.000} right)"), start);
    }

    private static void Print(string what, long start) =>
        Medians.WriteLine($"{what}: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s; {PeakMebibytes} MiB at most so far");

    private static long PeakMebibytes => Process.GetCurrentProcess().PeakWorkingSet64 >> 20;

    private static SparseBlock<float> Block(int rows, int width, int slots)
    {
        var random = new Random(1);
        var block = new SparseBlock<float>(rows, width);
        for (int row = 0; row < rows; row++)
        {
            int[] columns = [.. Enumerable.Range(0, width).Where(_ => random.Next(slots) == 0)];
            block.Append(columns, [.. columns.Select(_ => 1f)]);
        }

        return block;
    }

    private static SchemaDefinition Schema(int features)
    {
        var schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Example.Label)].ColumnType = new KeyDataViewType(typeof(uint), Classes);
        schema[nameof(Example.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        return schema;
    }

    /// <summary>Half of what a row holds are features of its class. Made anew at each reading, so that they take no memory.</summary>
    private sealed class Rows(int count, int features, int seed) : IEnumerable<Example>
    {
        public IEnumerator<Example> GetEnumerator()
        {
            var random = new Random(seed);
            var columns = new SortedSet<int>();
            for (int row = 0; row < count; row++)
            {
                int label = random.Next(Classes);
                columns.Clear();
                while (columns.Count < Entries)
                    columns.Add(random.Next(features / Classes) * Classes + (random.Next(2) == 0 ? label : random.Next(Classes)));
                yield return new Example
                {
                    Label = (uint)label,
                    Features = new VBuffer<float>(features, Entries, [.. columns.Select(_ => 1f)], [.. columns]),
                };
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class Example
    {
        public uint Label { get; set; }

        public VBuffer<float> Features { get; set; }
    }

    /// <summary>On the thread that trains, in order.</summary>
    private sealed class Printer(int rows) : IProgress<EpochRecord>
    {
        public void Report(EpochRecord value) => Medians.WriteLine(
            $"epoch {value.Epoch}: {0.9 * rows / value.RowsPerSecond:0.0} s, loss {value.TrainLoss:0.000}; {PeakMebibytes} MiB at most so far");
    }
}
