using System.Numerics;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Data.Oversampling;

/// <summary>The rows that are nearest to each of some rows, found by comparing every pair of them.</summary>
internal static class NearestNeighbors
{
    private const int MostRowsBetweenChecks = 1024;
    private const long DistancesBetweenChecks = 1L << 30; // of single slots, which takes about a second
    private const int QueriesPerBlock = 16; // which meet a panel while it is in the cache
    private const int PanelRows = 64;       // a multiple of four vectors of any width

    /// <summary>
    /// For each row the <paramref name="neighbors"/> others at the smallest Euclidean distance: (rows, neighbors), the nearest first, and
    /// of two at the same distance the one that comes first. Squares are added slot by slot, so that any processor finds the same.
    /// </summary>
    /// <param name="host">Where its context is cancelled, this throws.</param>
    /// <param name="rows">
    /// (rows, width), more than <paramref name="neighbors"/> of them; times these, no more than an array holds.
    /// </param>
    /// <param name="width">The values of a row.</param>
    /// <param name="neighbors">At least 1.</param>
    public static int[] Find(IHost host, float[] rows, int width, int neighbors)
    {
        int count = rows.Length / width;
        float[][] panels = ToPanels(rows, count, width);
        var nearest = new int[count * neighbors];
        int step = (int)Math.Min(
            MostRowsBetweenChecks, Math.Max(DistancesBetweenChecks / rows.Length, QueriesPerBlock * Environment.ProcessorCount));
        for (int first = 0; first < count; first += step)
        {
            host.ThrowIfCancelled();
            int start = first, end = Math.Min(count, first + step);
            // Each query is a thing of its own: in whatever order they are answered, the answers are the same.
            Parallel.For(0, (end - start + QueriesPerBlock - 1) / QueriesPerBlock, block =>
            {
                int query = start + block * QueriesPerBlock;
                FindFor(query, Math.Min(end, query + QueriesPerBlock), rows, panels, neighbors, nearest);
            });
        }

        return nearest;
    }

    // Of every 64 rows a panel: (width, 64). The last one is filled up with zeros, which are not read.
    private static float[][] ToPanels(float[] rows, int count, int width)
    {
        var panels = new float[(count + PanelRows - 1) / PanelRows][];
        for (int i = 0; i < panels.Length; i++)
        {
            panels[i] = new float[width * PanelRows];
            int first = i * PanelRows;
            for (int row = first; row < Math.Min(count, first + PanelRows); row++)
            {
                for (int slot = 0; slot < width; slot++)
                    panels[i][slot * PanelRows + row - first] = rows[row * width + slot];
            }
        }

        return panels;
    }

    private static void FindFor(int start, int end, float[] rows, float[][] panels, int neighbors, int[] nearest)
    {
        int width = panels[0].Length / PanelRows, count = rows.Length / width;
        var distances = new float[(end - start) * neighbors];
        distances.AsSpan().Fill(float.PositiveInfinity);
        Span<float> squares = stackalloc float[PanelRows];
        for (int i = 0; i < panels.Length; i++)
        {
            int first = i * PanelRows;
            for (int query = start; query < end; query++)
            {
                SquaredDistances(rows.AsSpan(query * width, width), panels[i], squares);
                Span<float> kept = distances.AsSpan((query - start) * neighbors, neighbors);
                Span<int> places = nearest.AsSpan(query * neighbors, neighbors);
                for (int row = first; row < Math.Min(count, first + PanelRows); row++)
                {
                    // Also rows so far apart that squares overflow are nearer than none.
                    float square = Math.Min(squares[row - first], float.MaxValue);
                    if (square < kept[^1] && row != query)
                        Insert(square, row, kept, places);
                }
            }
        }
    }

    /// <param name="x">(width).</param>
    /// <param name="panel">(width, 64).</param>
    /// <param name="squares">(64).</param>
    private static void SquaredDistances(ReadOnlySpan<float> x, ReadOnlySpan<float> panel, Span<float> squares)
    {
        int lanes = Vector<float>.Count;
        for (int first = 0; first < PanelRows; first += 4 * lanes)
        {
            Vector<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (int slot = 0; slot < x.Length; slot++)
            {
                ReadOnlySpan<float> line = panel.Slice(slot * PanelRows + first, 4 * lanes);
                var value = new Vector<float>(x[slot]);
                Vector<float> d0 = new Vector<float>(line) - value, d1 = new Vector<float>(line[lanes..]) - value;
                Vector<float> d2 = new Vector<float>(line[(2 * lanes)..]) - value, d3 = new Vector<float>(line[(3 * lanes)..]) - value;
                sum0 += d0 * d0;
                sum1 += d1 * d1;
                sum2 += d2 * d2;
                sum3 += d3 * d3;
            }

            sum0.CopyTo(squares[first..]);
            sum1.CopyTo(squares[(first + lanes)..]);
            sum2.CopyTo(squares[(first + 2 * lanes)..]);
            sum3.CopyTo(squares[(first + 3 * lanes)..]);
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
