using System.Text;
using System.Text.Json.Nodes;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>Makes descriptions that are still JSON but say something else, or nothing possible.</summary>
internal static class JsonMutator
{
    private static readonly string[] Values =
    [
        "0", "1", "-1", "2147483647", "-2147483648", "4294967296", "9e99", "1e-320", "0.5", "null",
        "true", "\"\"", "\"NaN\"", "[]", "{}", "[[[[[]]]]]",
        "\"Dense\"", "\"Relu\"", "\"BatchNorm\"", "\"CategoryEmbedding\"", "\"Quantile\"", "\"SquaredError\"", "1073741824", "65536",
    ];

    public static byte[] Mutate(ReadOnlySpan<byte> json, Random random)
    {
        JsonNode root = JsonNode.Parse(json)!;
        for (int changes = random.Next(1, 4); changes > 0; changes--)
            Change(root, random);
        string text = root.ToJsonString();
        if (random.Next(50) == 0)
            text = string.Concat(Enumerable.Repeat("[", 200)) + text;
        return Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Changes one place.</summary>
    public static void Change(JsonNode root, Random random)
    {
        List<JsonNode> places = [];
        Collect(root, places);
        JsonNode parent = places[random.Next(places.Count)];
        JsonNode? value = JsonNode.Parse(Values[random.Next(Values.Length)]);
        if (parent is JsonObject members && members.Count > 0)
        {
            string name = members.ElementAt(random.Next(members.Count)).Key;
            if (random.Next(6) == 0)
                members.Remove(name);
            else if (random.Next(8) == 0)
                members[name + "x"] = value;
            else
                members[name] = value;
        }
        else if (parent is JsonArray items && items.Count > 0)
        {
            int item = random.Next(items.Count);
            JsonNode? copy = items[item]?.DeepClone();
            if (random.Next(4) == 0)
                items.RemoveAt(item);
            else if (random.Next(3) == 0)
                items.Insert(item, copy);
            else
                items[item] = value;
        }
    }

    private static void Collect(JsonNode? node, List<JsonNode> places)
    {
        if (node is JsonObject members)
        {
            places.Add(node);
            foreach (JsonNode? member in members.Select(member => member.Value))
                Collect(member, places);
        }
        else if (node is JsonArray items)
        {
            places.Add(node);
            foreach (JsonNode? item in items)
                Collect(item, places);
        }
    }
}
