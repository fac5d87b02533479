#include <algorithm>
#include <format>

#include "libs/plan/describe.hpp"
#include "tools/tess/graph/graph.hpp"

namespace tess::graph {

namespace {

/// Of the picture, in its units.
constexpr int kBoxWidth = 150;
constexpr int kBoxHeight = 44;
constexpr int kColumn = 190;
constexpr int kRow = 150;
constexpr int kMargin = 30;

struct Point {
    int x;
    int y;
};

using Points = std::map<std::string, Point>;

/// Only the system's name is free text.
std::string escaped(std::string_view text) {
    std::string result;
    for (const char letter : text) {
        switch (letter) {
        case '<': result += "&lt;"; break;
        case '&': result += "&amp;"; break;
        default: result += letter;
        }
    }
    return result;
}

/// Upper left corners of the boxes, each row in the middle.
Points place_boxes(const Layers& layers) {
    std::size_t widest = 0;
    for (const auto& layer : layers) {
        widest = std::max(widest, layer.size());
    }
    Points points;
    int y = kMargin;
    for (const auto& layer : layers) {
        int x = kMargin + kColumn * static_cast<int>(widest - layer.size()) / 2;
        for (const std::string& name : layer) {
            points[name] = {x, y};
            x += kColumn;
        }
        y += kRow;
    }
    return points;
}

std::string box(const system::System& system, const std::string& name, Point at) {
    const auto component = system.components.find(name);
    const bool is_component = component != system.components.end();
    const std::string memory = is_component     ? system::size_text(component->second.plan.memory)
                               : name == "init" ? "starts the components"
                                                : "object of the kernel";
    return std::format("<g class=\"{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>"
                       "<text x=\"{}\" y=\"{}\">{}</text><text class=\"small\" x=\"{}\" y=\"{}\">{}</text></g>\n",
                       is_component ? "component" : "kernel", at.x, at.y, kBoxWidth, kBoxHeight, at.x + kBoxWidth / 2,
                       at.y + 19, name, at.x + kBoxWidth / 2, at.y + 35, memory);
}

/// From the bottom of who uses to the top of who is used.
std::string line(Point user, Point used) {
    const Point from{user.x + kBoxWidth / 2, user.y + kBoxHeight};
    const Point to{used.x + kBoxWidth / 2, used.y};
    const int bend = std::max(kRow / 3, (to.y - from.y) / 2);
    return std::format("<path d=\"M{} {} C{} {} {} {} {} {}\" marker-end=\"url(#head)\"/>\n", from.x, from.y, from.x,
                       from.y + bend, to.x, to.y - bend, to.x, to.y - 4);
}

/// Below the box of who uses, one under the other.
std::string label(const std::string& words, Point user, int number) {
    constexpr int kLine = 12;
    return std::format("<text class=\"small\" x=\"{}\" y=\"{}\">{}</text>\n", user.x + kBoxWidth / 2,
                       user.y + kBoxHeight + kLine * (number + 1), words);
}

struct Drawing {
    std::string lines;
    std::string labels; ///< over the lines
};

void draw_uses(const std::string& name, const system::Component& component, const Points& points, Drawing& drawing) {
    int number = 0;
    for (const auto& [use_name, use] : component.uses) {
        const std::string target = use.from.starts_with("kernel.") ? use.from : use.from.substr(0, use.from.find('.'));
        if (const auto used = points.find(target); used != points.end()) {
            drawing.lines += line(points.at(name), used->second);
            drawing.labels += label(std::format("{} {}", use_name, ::plan::letters(use.route.permissions)),
                                    points.at(name), number++);
        }
    }
}

constexpr std::string_view kStyle =
    "<style>text{font:13px "
    "sans-serif;text-anchor:middle}.small{font-size:10px;fill:#555;paint-order:stroke;stroke:#fff;stroke-width:3px}"
    "rect{fill:#eef4fb;stroke:#4a78a8}.kernel rect{fill:#f4f4f4;stroke:#999}"
    "path{fill:none;stroke:#8aa4bf;stroke-width:1.2}#head path{fill:#8aa4bf;stroke:none}</style>\n"
    "<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
    "orient=\"auto\"><path d=\"M0 0 L8 4 L0 8 z\"/></marker></defs>\n";

} // namespace

std::string draw(const system::System& system) {
    const Points points = place_boxes(arrange(system));
    int width = 0;
    int height = 0;
    std::string boxes;
    Drawing drawing;
    for (const auto& [name, at] : points) {
        width = std::max(width, at.x + kBoxWidth);
        height = std::max(height, at.y + kBoxHeight);
        boxes += box(system, name, at);
    }
    for (const auto& [name, component] : system.components) {
        draw_uses(name, component, points, drawing);
    }
    return std::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n"
        "<title>{2}</title>\n{3}{4}{5}{6}</svg>\n",
        width + kMargin, height + kMargin, escaped(system.name), kStyle, drawing.lines, boxes, drawing.labels);
}

} // namespace tess::graph
