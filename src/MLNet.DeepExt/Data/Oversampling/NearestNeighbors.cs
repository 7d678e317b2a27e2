using System.Numerics.Tensors;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Data.Oversampling;

/// <summary>The rows that are nearest to each of some rows, found by comparing every pair of them.</summary>
internal static class NearestNeighbors
{
    private const int RowsBetweenChecks = 1024;
    private const int QueriesPerBlock = 16;
    private const int ValuesPerBlock = 1 << 13; // of candidates: 32 KiB, which stay in the nearest cache while all queries meet them

    /// <summary>For each row the <paramref name="neighbors"/> others at the smallest Euclidean distance: (rows, neighbors), the nearest
    /// first, and of two at the same distance the one that comes first.</summary>
    /// <param name="host">Where its context is cancelled, this throws.</param>
    /// <param name="rows">(rows, width), more than <paramref name="neighbors"/> of them.</param>
    /// <param name="width">The values of a row.</param>
    /// <param name="neighbors">At least 1.</param>
    public static int[] Find(IHost host, float[] rows, int width, int neighbors)
    {
        int count = rows.Length / width;
        var nearest = new int[count * neighbors];
        for (int first = 0; first < count; first += RowsBetweenChecks)
        {
            host.ThrowIfCancelled();
            int start = first, end = Math.Min(count, first + RowsBetweenChecks);
            // Each query is a thing of its own: in whatever order they are answered, the answers are the same.
            Parallel.For(0, (end - start + QueriesPerBlock - 1) / QueriesPerBlock, block =>
            {
                int query = start + block * QueriesPerBlock;
                FindFor(query, Math.Min(end, query + QueriesPerBlock), rows, width, neighbors, nearest);
            });
        }

        return nearest;
    }

    private static void FindFor(int start, int end, float[] rows, int width, int neighbors, int[] nearest)
    {
        int count = rows.Length / width;
        int perBlock = Math.Max(1, ValuesPerBlock / width);
        var distances = new float[(end - start) * neighbors];
        distances.AsSpan().Fill(float.PositiveInfinity);
        for (int block = 0; block < count; block += perBlock)
        {
            for (int query = start; query < end; query++)
            {
                ReadOnlySpan<float> x = rows.AsSpan(query * width, width);
                Span<float> kept = distances.AsSpan((query - start) * neighbors, neighbors);
                Span<int> places = nearest.AsSpan(query * neighbors, neighbors);
                for (int other = block; other < Math.Min(count, block + perBlock); other++)
                {
                    float distance = TensorPrimitives.Distance(x, rows.AsSpan(other * width, width));
                    if (distance < kept[^1] && other != query)
                        Insert(distance, other, kept, places);
                }
            }
        }
    }

    private static void Insert(float distance, int row, Span<float> distances, Span<int> places)
    {
        int place = distances.Length - 1;
        for (; place > 0 && distances[place - 1] > distance; place--)
        {
            distances[place] = distances[place - 1];
            places[place] = places[place - 1];
        }

        distances[place] = distance;
        places[place] = row;
    }
}
